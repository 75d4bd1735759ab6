using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Records;
using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.AuthZen.Serving;

/// <summary>The audit entries of questions from other enforcement points: the asker, the subject, the resource, and the answer.</summary>
/// <param name="log">The log.</param>
/// <param name="time">The clock.</param>
/// <param name="isServer">Returns whether the configuration in force names a server, or a type of resources.</param>
internal sealed class DecisionRecords(IAuditLog log, TimeProvider time, Func<string, bool> isServer)
{
    private const int LongestName = 256;

    /// <summary>Records a request that was refused before it could ask.</summary>
    public void Refused(string id, long generation, PolicySubject? asker, CallerPartition peer, string reason) =>
        log.TryAppend(Entry(id, null, generation, asker) with
        {
            Owner = asker is null ? peer : Owner(asker),
            IsRefusal = true,
            Parts = [asker is null ? new AuditPart(AuditPartKind.Authentication, AuditOutcome.Deny, reason)
            : new AuditPart(AuditPartKind.Decision, AuditOutcome.Deny, reason)],
            Attempts = asker is null ? [new AuditAttempt(AttemptPlace.Decisions, reason)] : [],
            Peer = asker is null ? peer.ToString() is { Length: > 0 } block ? block : "unknown" : null,
            OwnerNetwork = asker is null ? peer.Network() : null,
            IsOwnerStranger = asker is null,
            Facts = [KeyValuePair.Create("act", "decision.ask")],
        });

    /// <summary>Counts an asker whose token holds (ID-08). Its questions have entries of their own.</summary>
    public void Authenticated(string id, long generation, PolicySubject asker) => log.TryAppend(Entry(id, null, generation, asker) with
    {
        Attempts = [new AuditAttempt(AttemptPlace.Decisions, null)],
        IsOnlyCounted = true,
    });

    /// <summary>Records answered questions.</summary>
    /// <returns>False when one could not be recorded; then nothing is answered (AU-06).</returns>
    public bool TryNote(string id, long generation, PolicySubject asker, IReadOnlyList<EvaluationResult> answers)
    {
        var noted = MayBeNoted(asker);
        foreach (var answer in answers) noted = noted && log.TryAppend(Entry(id, answer, generation, asker));
        return noted;
    }

    /// <summary>Records a search: its kind and the number of results, but not the results.</summary>
    public bool TryNoteSearch(string id, long generation, PolicySubject asker, string kind, int count) =>
        MayBeNoted(asker) && log.TryAppend(Entry(id, null, generation, asker) with
        {
            Facts =
        [
            KeyValuePair.Create("act", "decision.search"), KeyValuePair.Create("search", kind),
            KeyValuePair.Create("results", count.ToString(CultureInfo.InvariantCulture)),
        ],
        });

    private static CallerPartition Owner(PolicySubject asker) => CallerPartition.Of(asker.Issuer, asker.Subject);

    private bool MayBeNoted(PolicySubject asker) => log.IsAvailable && log.HasRoomFor(Owner(asker));

    private AuditEntry Entry(string id, EvaluationResult? answer, long generation, PolicySubject? asker) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = Ids.New(time),
        ParentId = id,
        At = time.GetUtcNow(),
        Generation = generation,
        Server = Clip(answer?.Request?.Server),
        Method = Clip(answer?.Request?.Method),
        Name = answer?.Request is { Target: PolicyTarget.Tool or PolicyTarget.Prompt } named ? Clip(named.Name) : null,
        CallerWords = answer?.Request is { } asked ? WordsOf(asked) : CallerWords.None,
        Uri = answer?.Request is { Target: PolicyTarget.Resource, Name: { } uri } ? Clip(uri.Split('?', '#')[0]) : null,
        Owner = asker is null ? null : Owner(asker),
        Issuer = asker?.Issuer,
        Subject = asker?.Subject,
        ClientId = asker?.ClientId,
        Parts = answer is null
            ? [] : [new AuditPart(AuditPartKind.Decision, answer.Decision.IsPermitted
            ? AuditOutcome.Permit : AuditOutcome.Deny, answer.Reason, answer.Decision.RuleId)],
        Facts = answer is null ? [] :
        [
            KeyValuePair.Create("act", "decision.ask"),
            .. Given("about", answer.Subject?.Subject),
            .. Given("aboutIssuer", answer.Subject?.Issuer),
        ],
    };

    // The threat: an asker writes the name of a person in the place of a tool, where it stays after every erasure (DP-03). No list of the server is
    // read for a question, so its name is known to nothing.
    private CallerWords WordsOf(PolicyRequest asked) =>
        (asked.Target is PolicyTarget.Tool or PolicyTarget.Prompt ? CallerWords.Name : CallerWords.None)
        | (ProtocolMethods.TryGet(asked.Method, out _) ? CallerWords.None : CallerWords.Method)
        | (isServer(asked.Server) ? CallerWords.None : CallerWords.Server);

    // An absent fact has no field (docs/auditors/event-model.md).
    private static IEnumerable<KeyValuePair<string, string>> Given(string name, string? value) =>
        Clip(value) is { Length: > 0 } text ? [KeyValuePair.Create(name, text)] : [];

    private static string? Clip(string? text) => text is { Length: > LongestName } ? text[..LongestName] : text;
}
