using Gatehouse.Identity.Tokens;

namespace Gatehouse.Administration;

/// <summary>Refusals of signed answers of webhooks.</summary>
internal sealed partial record ActionRefusal
{
    /// <summary>The beginning of <see cref="Why"/> for an answer whose signature does not hold; the fault follows.</summary>
    public const string AnswerFault = "answer: ";

    public static ActionRefusal NotSigned { get; } =
        new("the body is not application/jose without compression", "send one compact JWS with Content-Type: application/jose") { Why = "not-jose" };

    public static ActionRefusal AnswerTime { get; } =
        new("the answer was signed more than 5 minutes ago, or in the future", "set the clock of the signer, and sign the answer again") { Why = "answer-time" };

    public static ActionRefusal AnswerPerson { get; } = new("this key does not sign for this person",
        "name the person beside the key in approvals.webhooks[].approvers")
    { Why = "answer-person" };

    public static ActionRefusal AnswerNonce { get; } =
        new("this nonce did not come to this webhook for this question, or an answer has used it", "use the nonce of the newest notification of this question")
        { Why = "answer-nonce" };

    public static ActionRefusal PersonRevoked { get; } =
        new("the person is revoked or contained", "ask another person") { Why = "person-revoked" };

    /// <summary>
    /// Makes a refusal for an answer that has not exactly its members, each in its form. The signature holds, so that the signer is known.
    /// </summary>
    /// <param name="member">
    /// The member, and what is wrong with it. An unknown name comes from the request: the answer has it as JSON, and the log does not have it.
    /// </param>
    public static ActionRefusal AnswerMembers(string member) => new($"the signed answer has a missing, unknown or faulty member: {member}",
        "sign exactly the members that docs/operators/webhooks.md lists")
    { Why = "answer-members" };

    /// <summary>Returns the refusal in the words of signed answers, which have neither commands nor acts of the administration interface.</summary>
    public ActionRefusal ByWebhook() => Why switch
    {
        "not-shown" => this with
        { RemedyOverHttp = "show the person the newest notification of this question, and sign its digest, shown and nonce" },
        RequiredAuthentication.Error => this with
        {
            RemedyOverHttp = "authenticate the person again, with acr_values and max_age of this answer, and sign acr or amr, and auth_time, as they "
                + "are then",
        },
        "answered-already" => this with
        { RemedyOverHttp = "no answer is needed any more; show the person the state in the message" },
        _ => this,
    };

    /// <summary>
    /// Makes a refusal for an answer whose signature does not hold, which is the same whatever the fault is. Threat: a stranger learns from refusals
    /// which webhooks, keys or people there are. The entry has the fault.
    /// </summary>
    /// <param name="fault">The fault.</param>
    public static ActionRefusal InvalidAnswer(TokenRefusal fault) => new("this is not a valid signed answer of this webhook",
        "sign it with a key of approvals.webhooks[].approvers[].keys; the audit log has the fault")
    { Why = AnswerFault + fault };

    /// <summary>Makes a refusal for a grant where the notification did not have the arguments.</summary>
    public static ActionRefusal ArgumentsNotShown(string id) => new($"the notification of {id} did not have the arguments of the call, so it can only be denied here",
        $"look at it with 'gatehouse approval show {id}' or the administration interface and grant it there, or set 'arguments: true' for the webhook")
    {
        Why = "arguments-not-shown",
        RemedyOverHttp = "grant it with approval.show and approval.grant of the administration interface, or set 'arguments: true' for the webhook",
    };
}
