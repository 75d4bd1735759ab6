using Gatehouse.Identity.Tokens;

namespace Gatehouse.Administration;

/// <summary>Refusals of acts about questions to people.</summary>
internal sealed partial record ActionRefusal
{
    private const string ListRemedy = "list the questions with: gatehouse approval list --all";
    private const string ListOverHttp = "the act approval.list with \"all\":true has the questions";

    public static ActionRefusal NoApprovalNamed { get; } =
        new("this is not the id of a question", "give an id, as 'gatehouse approval list' prints it")
        { Why = "no-approval", RemedyOverHttp = "give the member id, as the act approval.list has it" };

    public static ActionRefusal DefinitionNoCall { get; } =
        new("this is a definition that is withheld, and not a call", "approve it with: gatehouse lock approve --gateway")
        { Why = "definition", RemedyOverHttp = "approve it with the act lock.approve" };

    public static ActionRefusal LongReason { get; } =
        new("the reason is too long", "give the reason in at most 1024 characters") { Why = "long-reason" };

    public static ActionRefusal ApproverIsRequester { get; } =
        new("this is your own call, and the rule does not let callers approve their own calls",
            "ask another person, or set 'self: true' in the approval of the rule")
        { Why = "approver-is-requester" };

    public static ActionRefusal WayOfCalls { get; } =
        new("this token belongs to a client or an audience that makes calls, so an agent may hold it too",
            "get a token for the administration audience with another client")
        { Why = "way-of-calls" };

    /// <summary>Makes a refusal for a genuine token that is for a server as well.</summary>
    public static ActionRefusal TokenForServer(string audience) =>
        new("the administration token is for a server as well, so an agent may hold it too",
            $"get a token for the audience {audience} and for no server; if a server takes this audience, give administration.audience another one")
        { Why = TokenFault + nameof(TokenRefusal.AudienceMismatch) };

    public static ActionRefusal AnswerNotRecorded { get; } =
        new("the audit log cannot be written; if the answer is stored, it has no effect before its entry is written",
            "make room for the audit log, then look with: gatehouse approval list --all; if the question is still open, answer again")
        {
            Why = "not-recorded",
            RemedyOverHttp = "make room for the audit log, then send approval.list; if the question is still open, answer again",
        };

    /// <summary>Makes a refusal for a person who may not answer.</summary>
    public static ActionRefusal NoApprovalRight(string subject, string server, string target) =>
        new($"{subject} may not answer questions about {target} at server {server}",
            "name the person in a permit with 'directions: [approvals]' for this server and target")
        { Why = "no-approval-right" };

    /// <summary>Makes a refusal for an id that no question has.</summary>
    public static ActionRefusal UnknownApproval(string id) => ApprovalActs.IsAccessId(id)
        ? new($"there is no request {id}", AccessListRemedy) { Why = ApprovalActs.Unknown, RemedyOverHttp = AccessListOverHttp }
        : new($"there is no question {id}", ListRemedy) { Why = ApprovalActs.Unknown, RemedyOverHttp = ListOverHttp };

    /// <summary>Makes a refusal for a text that the gateway did not show to this person.</summary>
    public static ActionRefusal NotShown(string id) =>
        new($"the text of {id} with this digest was not shown to you, so you cannot answer for it",
            $"look at it with 'gatehouse {CommandOf(id)} show {id}', then answer with the digest that it prints for you")
        { Why = "not-shown", RemedyOverHttp = "send approval.show with this id, and give the member shown as its answer has it" };

    /// <summary>Makes a refusal for a question whose facts cannot be opened any more.</summary>
    public static ActionRefusal NoLongerReadable(string id) =>
        new($"the content of {id} cannot be opened any more, because the caller was erased", "no answer is needed: the question closes by itself")
        { Why = "not-readable" };

    /// <summary>Makes a refusal for a second grant of one person.</summary>
    public static ActionRefusal GrantedBefore(string id) =>
        new($"you have granted {id} already", "another person must grant it too; you can still deny it") { Why = "same-person" };

    /// <summary>Makes a refusal for a question that has no grant to take back.</summary>
    public static ActionRefusal NothingGranted(string id) =>
        new($"{id} has no unused grant, so nothing was revoked",
            $"see its state with: gatehouse approval list --all; if it is still open, deny it with: gatehouse approval deny {id}")
        { Why = "nothing-granted", RemedyOverHttp = $"{ListOverHttp}; an open one is denied with approval.deny" };

    /// <summary>Makes a refusal for a question that is answered or over.</summary>
    /// <param name="id">The question.</param>
    /// <param name="state">The state, as <see cref="ApprovalView.State"/> names it.</param>
    public static ActionRefusal ApprovalOver(string id, string state) =>
        new($"{id} is {(state == "spent" ? "granted and used" : state)} already; your answer was not taken",
            $"{(ApprovalActs.IsActId(id) ? AfterAct(state) : AfterOver(state, ApprovalActs.IsAccessId(id)))}; see who answered with: gatehouse {CommandOf(id)} list --all")
        { Why = "answered-already", RemedyOverHttp = ApprovalActs.IsAccessId(id) ? AccessListOverHttp : $"{ListOverHttp}, with the people who answered" };

    private static string AfterOver(string state, bool isOfAccess) => state switch
    {
        "denied" when !isOfAccess => "equal calls are refused for approvals.denialLife; after that time the client can send the call again",
        "granted" => isOfAccess ? "the right is active" : "the client sends the same call again, and it passes",
        _ => isOfAccess ? "the person can ask for the right again" : "the client can send the call again, which asks a new question",
    };

    private static string AfterAct(string state) => state switch
    {
        "granted" => "the person who asked can run the same command",
        "denied" => "the act is refused for approvals.denialLife; after that time the person can run the command again",
        _ => "the person can run the command again, which asks a new question",
    };

    private static string CommandOf(string id) => ApprovalActs.IsAccessId(id) ? "access" : "approval";
}
