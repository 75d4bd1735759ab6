namespace Gatehouse.Refusals;

/// <summary>A reason with what belongs to this one exchange.</summary>
/// <param name="Reason">The row of the table.</param>
/// <param name="Detail">For the audit event alone: a check, a header name, a rule, a fault. Never content.</param>
public sealed record Refusal(Reason Reason, string? Detail = null)
{
    private const string Back = "taken-back";

    /// <summary>For the audit event only: text that a server or another party chose, escaped and cut. It is sealed there.</summary>
    public string? Words { get; init; }

    /// <summary>The detail and the words, for an operator who looks at the server; null without both.</summary>
    public string? DetailAndWords => (Detail, Words) switch
    {
        ({ Length: > 0 } detail, { Length: > 0 } words) => $"{detail} {words}",
        ({ Length: > 0 } detail, _) => detail,
        _ => Words,
    };

    /// <summary>True for a request that its client took back: it gets no answer (MCP, basic/utilities/cancellation).</summary>
    public bool IsTakenBack => Reason == Reasons.UpstreamEnded && Detail == Back;

    /// <summary>For a request that its client took back while it was held.</summary>
    internal static Refusal TakenBack { get; } = new(Reasons.UpstreamEnded, Back);

    /// <summary>Value of <c>WWW-Authenticate</c> for <see cref="ReplyShape.Challenge"/>.</summary>
    public string? Challenge { get; init; }

    /// <summary>Revisions for <c>data.supported</c> (T10, T31).</summary>
    public IReadOnlyList<string>? SupportedRevisions { get; init; }

    /// <summary>The revision asked for, for <c>data.requested</c>.</summary>
    public string? RequestedRevision { get; init; }

    /// <summary>The resource's URI for <c>data.uri</c>, as the caller sent it.</summary>
    public string? Uri { get; init; }

    /// <summary>
    /// Where in the arguments something does not fit: the first for <c>data.at</c> and <c>data.keyword</c>, all of them after the message.
    /// </summary>
    public IReadOnlyList<InstanceLocation> Places { get; init; } = [];

    /// <summary>
    /// True where the protocol has the answer as a result of the tool that tells of an error, which its model reads and corrects, and not as
    /// an error of the protocol, at which clients give up (SEP-1303: arguments that do not fit; no refusal by policy is one).
    /// </summary>
    public bool IsToolResult { get; init; }

    /// <summary>Id of the approval for <c>data.approvalId</c>; not a secret.</summary>
    public string? ApprovalId { get; init; }

    /// <summary>Where an administrator consents to the gateway's access, for <c>data.consentUrl</c>; null where there is no such place.</summary>
    public string? ConsentUrl { get; init; }

    /// <summary>Id of the quarantined result for <c>data.quarantineId</c>; not a secret.</summary>
    public string? QuarantineId { get; init; }

    /// <summary>
    /// A sealed <c>requestState</c>, where the answer is a result that asks for input, or for none: the client sends the request again with the state
    /// (MCP 2026-07-28, multi round-trip requests). Null where the answer is an error.
    /// </summary>
    public string? Continuation { get; init; }

    /// <summary>
    /// The <c>inputRequests</c> beside <see cref="Continuation"/> as JSON: the questions that the client answers with the state. Empty for none.
    /// </summary>
    public ReadOnlyMemory<byte> Inputs { get; init; }

    /// <summary>
    /// The page that the person has to visit before the request can be repeated. A client that declared URL elicitation is asked to open it; any
    /// other client gets the link behind the message. Null for none.
    /// </summary>
    public RefusalVisit? Visit { get; init; }

    /// <summary>HTTP methods for <c>Allow</c>.</summary>
    public string? Allow { get; init; }

    /// <summary>When trying again can help, where it is known better than the reason's own; null takes that.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>JSON-RPC code instead of the table's, where the two eras have different ones.</summary>
    public int? JsonRpcCode { get; init; }
}
