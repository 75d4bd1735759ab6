using System.Net;
using Gatehouse.Audit;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.MisplacedTokens;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Records;

/// <summary>
/// The record of one exchange. Audit entries (<c>ExchangeEvent</c>), trace span and metrics (<c>PipelineTelemetry</c>) and console are
/// views of it (design rule 6). It is built for one client message that causes none, one or several upstream messages.
/// </summary>
public sealed class ExchangeRecord
{
    // Beyond it, kinds and outcomes are counted without their reasons: at most one more part for each pair.
    private const int MaxParts = 64;

    // Room for those about the end, behind the joined ones.
    private const int EndParts = 64;

    private readonly TimeProvider time;
    private readonly long started;
    private object? peerOwner;
    private int dropped;
    private int listChanges;
    private int upstreamMessages;
    private readonly GatewaySettings settings;
    private static readonly IReadOnlyList<AuditAttempt> OneAccepted = [new AuditAttempt(AttemptPlace.Mcp, refusal: null)];

    private volatile CheckSequence checks = CheckSequence.Empty;
    // Replaced and never changed. The end of an exchange does not wait for a rule or an approver that still works, and either may add a part at that
    // moment.
    private AuditPart[] parts = [];
    private CredentialUses uses = CredentialUses.None;

    /// <summary>Opens the record.</summary>
    public ExchangeRecord(string id, TimeProvider time, GatewaySnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(snapshot);
        this.time = time;
        Id = id;
        At = time.GetUtcNow();
        started = time.GetTimestamp();
        Generation = snapshot.Generation;
        Policy = snapshot.Policy;
        settings = snapshot.Settings;
    }

    /// <summary>Id of the exchange; a refused caller receives it as the request id.</summary>
    public string Id { get; }

    /// <summary>Id of the stream that this exchange is a message of.</summary>
    public string? ParentId { get; init; }

    /// <summary>Generation of the snapshot that decides.</summary>
    public long Generation { get; private set; }

    /// <summary>HTTP method.</summary>
    public string? Verb { get; init; }

    /// <summary>Address of the peer; not part of entries.</summary>
    public IPAddress? Peer { get; init; }

    /// <summary>Address of the named proxy that the exchange came through.</summary>
    public string? Via { get; init; }

    /// <summary>Server name.</summary>
    public string? Server { get; set; }

    /// <summary>JSON-RPC method.</summary>
    public string? Method { get; set; }

    /// <summary>Tool or prompt name.</summary>
    public string? Name { get; set; }

    /// <summary>The name as the server's list has it; null until it was found there. Every other name is a text that the caller chose.</summary>
    internal string? ListedName { get; set; }

    /// <summary>Resource URI without query.</summary>
    public string? Uri { get; set; }

    /// <summary>Protocol revision.</summary>
    public string? Revision { get; set; }

    /// <summary>The policy of the snapshot: a view keeps only the caller's attributes that its rules ask for.</summary>
    internal PolicyDecisionPoint Policy { get; private set; }

    /// <summary>The caller; null before it is known.</summary>
    internal KnownCaller? Caller { get; set; }

    /// <summary>The caller in the form that the policy sees.</summary>
    public PolicySubject? Subject => Caller?.Subject;

    /// <summary>The gateway's id of the session.</summary>
    public string? Session { get; set; }

    /// <summary>The reason why the exchange was refused.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>HTTP status answered.</summary>
    public int Status { get; set; }

    /// <summary>Number of requests of the exchange that were sent to its server; each attempt counts.</summary>
    public int UpstreamMessages => Volatile.Read(ref upstreamMessages);

    /// <summary>Number of the server's messages forwarded to the client. An answer of the gateway itself is none.</summary>
    public int MessagesOut { get; set; }

    /// <summary>Number of progress and log notifications forwarded to the client.</summary>
    public int Notifications { get; set; }

    /// <summary>Bytes of the client's message.</summary>
    public long BytesIn { get; set; }

    /// <summary>Bytes of the server's messages as JSON, before a receipt is added.</summary>
    public long BytesOut { get; set; }

    /// <summary>True when a begun entry was requested.</summary>
    public bool HasBegun { get; set; }

    /// <summary>True once the ended entry was written.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Trace id, when traced.</summary>
    public string? TraceId { get; set; }

    /// <summary>The span of the exchange as the header <c>traceparent</c> (W3C Trace Context); null where no trace is recorded.</summary>
    public string? TraceParent { get; set; }

    /// <summary>True when an obligation of the policy requires keeping the payload.</summary>
    public bool KeepPayload { get; set; }

    /// <summary>Time at which the exchange began.</summary>
    public DateTimeOffset At { get; }

    /// <summary>The same moment as a timestamp of the clock, which is never set back.</summary>
    internal long Began => started;

    /// <summary>The current time, for decisions while the exchange continues.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Sealed payload, when payloads are kept.</summary>
    public AuditPayload? Payload { get; set; }

    /// <summary>The caller whose part of the log, and of every other shared bound, the exchange uses.</summary>
    public CallerPartition Partition =>
        Subject is { Issuer.Length: > 0 } who ? CallerPartition.Of(who.Issuer, who.Subject) : PeerPartition.PartitionOf(settings, Peer);

    /// <summary>
    /// The partition as the owner of entries: one object for all exchanges under a token, or for this exchange while no caller is known.
    /// </summary>
    internal object Owner => Caller?.Owner ?? (peerOwner ??= Partition);

    /// <summary>Cache of the sealed facts about the caller, for both entries of the exchange.</summary>
    internal SealedFactsCache SealedFactsCache => field ??= new SealedFactsCache();

    /// <summary>The checks that ran so far, in order; the list does not change.</summary>
    public IReadOnlyList<string> Checks => checks.Texts;

    /// <summary>The typed parts so far; the list does not change.</summary>
    public IReadOnlyList<AuditPart> Parts => Volatile.Read(ref parts);

    /// <summary>True when a part is an opinion about content.</summary>
    internal bool HasDetection => Array.Exists(Volatile.Read(ref parts), static part => part.Kind == AuditPartKind.Detection);

    /// <summary>True once an entry with the attempts of the exchange was accepted by the log. Later entries do not repeat them.</summary>
    internal bool HasRecordedAttempts { get; set; }

    /// <summary>Attempts to authenticate that are in no entry yet. Each is in one (ID-08).</summary>
    internal IReadOnlyList<AuditAttempt> UnrecordedAttempts()
    {
        if (HasRecordedAttempts) return [];
        List<AuditAttempt>? all = null;
        AuditPart? first = null;
        foreach (var part in Volatile.Read(ref parts))
        {
            if (part.Kind != AuditPartKind.Authentication) continue;
            if (first is null) first = part;
            else (all ??= [AttemptOf(first)]).Add(AttemptOf(part));
        }

        if (first is null) return [];
        if (all is not null) return all;
        return first is { Outcome: AuditOutcome.Pass, Count: 1 } ? OneAccepted : [AttemptOf(first)]; // nearly every request has this one
    }

    private static AuditAttempt AttemptOf(AuditPart part) =>
        new(AttemptPlace.Mcp, part.Outcome == AuditOutcome.Pass ? null : part.Reason ?? AttemptReasons.Other) { Count = part.Count };

    /// <summary>Elapsed time.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(started);

    /// <summary>Records that a check ran, and its result.</summary>
    public void Check(string stage, bool passed) => checks = checks.With(stage, passed);

    /// <summary>
    /// Adds a typed part; equal ones are counted in one. Bounded: a server that breaks rules without end on one stream cannot fill the memory (H34).
    /// Safe for concurrent use.
    /// </summary>
    public void Add(AuditPart part) => Add(part, MaxParts);

    /// <summary>
    /// Adds a part about the end of the exchange, which has its place behind any number of others: a server that breaks many rules must not hide how
    /// its call ended. Safe for concurrent use.
    /// </summary>
    internal void AddEnd(AuditPart part) => Add(part, MaxParts + EndParts);

    private void Add(AuditPart part, int most)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (TokenMask.Of(part.Detail) is var detail && !ReferenceEquals(detail, part.Detail)) part = part with { Detail = detail };
        // A containment may be about a person or a session. In clear its id would join entries from before an erasure to one from after it, which has
        // a name (DP-03).
        if (ContainmentRuleIds.ContainmentOf(part.Detail) is not null) part = part with { Detail = null, Words = part.Detail };
        if (TokenMask.Of(part.Words) is var words && !ReferenceEquals(words, part.Words)) part = part with { Words = words };
        while (true)
        {
            var known = Volatile.Read(ref parts);
            if (Interlocked.CompareExchange(ref parts, With(known, part, most), known) == known) return;
        }
    }

    private static AuditPart[] With(AuditPart[] known, AuditPart part, int most)
    {
        if (known.Length >= most) part = new AuditPart(part.Kind, part.Outcome, "others", Count: part.Count);
        for (var i = 0; i < known.Length; i++)
        {
            if (!IsSameAct(known[i], part)) continue;
            AuditPart[] counted = [.. known];
            counted[i] = known[i] with { Count = known[i].Count + part.Count };
            return counted;
        }

        return [.. known, part];
    }

    private static bool IsSameAct(AuditPart one, AuditPart other) =>
        one.Kind == other.Kind && one.Outcome == other.Outcome && one.Reason == other.Reason && one.Detail == other.Detail
        && one.Words == other.Words;

    /// <summary>Counts a request that is sent to the server. Safe for concurrent use.</summary>
    internal void CountUpstreamMessage() => Interlocked.Increment(ref upstreamMessages);

    /// <summary>
    /// Counts a request of the exchange that left with a credential. Returns false once the entry that has the uses was made: a later use needs an
    /// entry of its own. Safe for concurrent use.
    /// </summary>
    internal bool TryCountUse(CredentialUse use)
    {
        while (true)
        {
            var known = Volatile.Read(ref uses);
            if (known.IsClosed) return false;
            if (Interlocked.CompareExchange(ref uses, known.With(use), known) == known) return true;
        }
    }

    /// <summary>Returns the uses of credentials, for the entry that has them. Further ones are not counted here.</summary>
    internal IReadOnlyList<CredentialUse> CloseUses()
    {
        while (true)
        {
            var known = Volatile.Read(ref uses);
            if (known.IsClosed || Interlocked.CompareExchange(ref uses, known.Closed(), known) == known) return known.Items;
        }
    }

    /// <summary>Counts a notification of the server that was not forwarded. Safe for concurrent use.</summary>
    public void CountDropped() => Interlocked.Increment(ref dropped);

    /// <summary>Counts a change of a list that was announced more often than it is processed. Safe for concurrent use.</summary>
    public void CountListChange() => Interlocked.Increment(ref listChanges);

    /// <summary>Number of changes of lists beyond their rate, joined (TP-04).</summary>
    public int ListChanges => Volatile.Read(ref listChanges);

    /// <summary>Number of notifications of the server beyond the rate, joined or dropped (H34).</summary>
    public int Dropped => Volatile.Read(ref dropped);

    /// <summary>
    /// Adopts another snapshot, which decides from now on: the entry names its generation, and keeps the caller's attributes that its rules ask for.
    /// </summary>
    internal void Adopt(GatewaySnapshot newest)
    {
        Generation = newest.Generation;
        Policy = newest.Policy;
    }

    /// <summary>
    /// Returns the caller's groups that <c>administration.reading.groups</c> names. The configuration is the one with which the exchange began, so
    /// that all its entries have the same.
    /// </summary>
    internal IReadOnlyList<string> ReadingGroups() =>
        Subject is { } subject ? settings.Administration.Reading.NamedOf(subject.Issuer, subject.Groups) : [];

    /// <summary>Adds the facts that were only counted while the exchange was in progress.</summary>
    public void CloseCounts()
    {
        if (Dropped is > 0 and var beyond)
            Add(new AuditPart(AuditPartKind.Limit, AuditOutcome.Drop, "notifications", "limits.notifications", beyond));
        if (ListChanges is > 0 and var changes)
            Add(new AuditPart(AuditPartKind.Limit, AuditOutcome.Join, "list-changed-storm", "lists.changes", changes));
    }
}
