namespace Gatehouse.Administration;

/// <summary>Refusals of acts about questions to people.</summary>
internal sealed partial record ActionRefusal
{
    private const string ListRemedy = "list the questions with: gatehouse approval list";

    public static ActionRefusal NoApprovalState { get; } = new("this state is unknown", "use one of open, all") { Why = "no-approval-state" };

    public static ActionRefusal NoApprovalNamed { get; } =
        new("this is not the id of a question", "give an id, as 'gatehouse approval list' prints it") { Why = "no-approval" };

    public static ActionRefusal UnknownApproval { get; } =
        new("there is no question with this id", ListRemedy) { Why = "unknown-approval" };

    public static ActionRefusal DefinitionNoCall { get; } =
        new("this is a definition that is withheld, and not a call", "approve it with: gatehouse lock approve --gateway") { Why = "definition" };

    public static ActionRefusal LongReason { get; } =
        new("the reason is too long", "give the reason in at most 1024 characters") { Why = "long-reason" };

    public static ActionRefusal NotShown { get; } =
        new("this text was not shown to you, so you cannot answer for it", "look at the question with 'gatehouse approval show', then answer again")
        { Why = "not-shown" };

    public static ActionRefusal NoLongerReadable { get; } =
        new("the content of this question cannot be opened any more, because the caller was erased", "no answer is needed: the question closes by itself")
        { Why = "not-readable" };

    public static ActionRefusal GrantedBefore { get; } =
        new("you have granted this already", "another person must grant it too; you can still deny it") { Why = "same-person" };

    public static ActionRefusal ApproverIsRequester { get; } =
        new("this is your own call, and the rule does not let callers approve their own calls",
            "ask another person, or set 'self: true' in the approval of the rule")
        { Why = "approver-is-requester" };

    public static ActionRefusal WayOfCalls { get; } =
        new("this token belongs to a client or an audience that makes calls, so an agent may hold it too",
            "get a token for the administration audience with another client")
        { Why = "way-of-calls" };

    public static ActionRefusal AnswerNotRecorded { get; } =
        new("the answer is stored and has no effect yet, because the audit log cannot be written",
            "make room for the audit log; the gateway then writes the entry, and the answer takes effect")
        { Why = "not-recorded" };

    /// <summary>Makes a refusal for a person who may not answer.</summary>
    public static ActionRefusal NoApprovalRight(string subject, string server, string target) =>
        new($"{subject} may not answer questions about {target} at server {server}",
            "name the person in a permit with 'directions: [approvals]' for this server and target")
        { Why = "no-approval-right" };

    /// <summary>Makes a refusal for a question that is answered or over.</summary>
    /// <param name="what">The state in words, such as "denied".</param>
    public static ActionRefusal ApprovalOver(string what) =>
        new($"this question is {what} already; your answer was not taken", "list the answered questions with: gatehouse approval list --all")
        { Why = "answered-already" };
}
