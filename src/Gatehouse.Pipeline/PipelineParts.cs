using Gatehouse.Pipeline.Accept;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Containment;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Pipeline.Inspection.Texts;
using Gatehouse.Pipeline.Limit;
using Gatehouse.Pipeline.Quarantine;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Pipeline.Validate;
using Gatehouse.Policy;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>The stages of a pipeline, in no order: <see cref="GatewayPipeline"/> has the order.</summary>
public sealed record PipelineParts
{
    /// <summary>The stage that decides whether a request line and its headers may enter.</summary>
    public required IStage Accept { get; init; }

    /// <summary>The stage that authenticates the caller.</summary>
    public required IStage Authenticate { get; init; }

    /// <summary>The way in which the host's callers prove their identity, which determines the authenticate stage. Default tokens.</summary>
    public CallerAuthentication Callers { get; init; }

    /// <summary>The stage that requires one unambiguous message.</summary>
    public required IStage Validate { get; init; }

    /// <summary>The stage that finds the conversation.</summary>
    public required IStage Session { get; init; }

    /// <summary>The stage that resolves the handles in the message.</summary>
    public required IStage Resolve { get; init; }

    /// <summary>The stage that decides whether the caller may do this.</summary>
    public required IStage Authorize { get; init; }

    /// <summary>The stage that enforces the limits.</summary>
    public required IStage Limit { get; init; }

    /// <summary>The counts of exchanges against the limits.</summary>
    public required IQuotas Quotas { get; init; }

    /// <summary>The stage that inspects the request.</summary>
    public required IInspectRequestStage InspectRequest { get; init; }

    /// <summary>The stage that asks for the approval of a person.</summary>
    public required IApproveStage Approve { get; init; }

    /// <summary>The holder of the snapshot in force, by which an exchange that was held continues.</summary>
    public required SnapshotHolder Snapshots { get; init; }

    /// <summary>The store that binds a new session to its caller.</summary>
    public required ISessions Sessions { get; init; }

    /// <summary>The store of the state that spans the exchanges of a caller.</summary>
    public required IConversations Conversations { get; init; }

    /// <summary>The stage that selects the upstream and its credential.</summary>
    public required ForwardStage Forward { get; init; }

    /// <summary>The inspector that decides whether the client may see the answer.</summary>
    public required ResponseInspector InspectResponse { get; init; }

    /// <summary>The stage that records the exchange.</summary>
    public required RecordStage Record { get; init; }

    /// <summary>
    /// The pseudonym under which the log has what a caller does at a moment, for trace spans; null where there is none. A span names no person.
    /// </summary>
    public Func<PolicySubject, DateTimeOffset, long, string?> Pseudonyms { get; init; } = static (_, _, _) => null;

    /// <summary>The counts of exchanges and the latency of stages.</summary>
    public ExchangeMeasures Measures { get; init; } = new(GatewayPipeline.StageNames);

    /// <summary>The results that are withheld until a person has looked at them.</summary>
    internal IQuarantine Quarantine { get; init; } = NoQuarantine.Instance;

    /// <summary>Servers, tools, callers and sessions that are contained. Default none.</summary>
    public IContainments Containments { get; init; } = NothingContained.Instance;

    /// <summary>The rate at which notifications of a server pass.</summary>
    internal NotificationPolicy Pacing { get; init; } = NotificationThrottle.Open;

    /// <summary>The sending of refusals.</summary>
    internal RefusalSender Refusals { get; init; } = PatientRefusal.SendAsync;

    /// <summary>Finds the request that a resumed stream of a session waits for.</summary>
    internal Func<LiveSession, string, Action, ResumedStream?> ResumedStreams { get; init; } = ResumedStream.Find;

    /// <summary>The check of notifications of a client.</summary>
    internal ClientNoticeCheck ClientNotices { get; init; } = ClientNotice.WhyDropped;

    /// <summary>The JSON-RPC message that answers a refusal, for its receipt. Null in a pipeline without a transport, which gives none.</summary>
    public Func<Exchange, Refusal, ReadOnlyMemory<byte>>? RefusalBody { get; init; }

    /// <summary>Names of the parts that the range replaced with doubles; a complete pipeline has none.</summary>
    internal IReadOnlyList<string> Replaced { get; init; } = [];

    /// <summary>Returns faults of the composition: a stage that is not the one of its name. Empty for a complete pipeline.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        (string Name, IStage? Stage, Type Type)[] expected =
        [
            ("accept", Accept, typeof(AcceptStage)),
            ("authenticate", Authenticate, Callers == CallerAuthentication.Person
                ? typeof(AuthenticateLocalAccountStage) : typeof(AuthenticateStage)),
            ("validate", Validate, typeof(ValidateStage)),
            ("session", Session, typeof(SessionStage)),
            ("resolve", Resolve, typeof(ResolveStage)),
            ("authorize", Authorize, typeof(AuthorizeStage)),
            ("limit", Limit, typeof(LimitStage)),
            ("inspect-request", InspectRequest, typeof(InspectRequestStage)),
            ("approve", Approve, typeof(ApproveStage)),
        ];
        var faults = expected.Where(e => e.Stage?.GetType() != e.Type)
            .Select(e => $"the pipeline lacks its stage {e.Name}: {e.Type.Name} is needed, {e.Stage?.GetType().Name ?? "nothing"} is there")
            .ToList();
        var rules = InspectRequest?.Rules.Select(rule => rule.GetType()).ToHashSet() ?? [];
        faults.AddRange(RequestInspector.Standard(new TextInspector(TimeProvider.System)).Rules.Where(rule => !rules.Contains(rule.GetType()))
            .Select(rule => $"the pipeline lacks its rule {rule.Name} for requests"));
        if (Snapshots is null) faults.Add("the pipeline lacks the snapshot in force");
        faults.AddRange(Replaced.Select(name => $"the part {name} of the pipeline is replaced"));
        if (Forward is null) faults.Add("the pipeline lacks its stage forward");
        if (InspectResponse is null) faults.Add("the pipeline lacks its stage inspect-response");
        if (Record is null) faults.Add("the pipeline lacks its stage record");
        return faults;
    }

    /// <summary>Refuses an incomplete pipeline: no exchange may run without one of its checks.</summary>
    /// <exception cref="InvalidOperationException">A part is missing, of another type, or replaced. The message names each.</exception>
    internal void RequireComplete()
    {
        var faults = FindFaults();
        if (faults.Count > 0) throw new InvalidOperationException(string.Join("; ", faults));
    }
}
