using Gatehouse.Pipeline.Accept;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Pipeline.Limit;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Pipeline.Validate;

namespace Gatehouse.Pipeline;

/// <summary>The stages that a pipeline is made of, in no order: the order stands in <see cref="GatewayPipeline"/>.</summary>
public sealed record PipelineParts
{
    /// <summary>May this request line and these headers come in?</summary>
    public required IStage Accept { get; init; }

    /// <summary>Who calls?</summary>
    public required IStage Authenticate { get; init; }

    /// <summary>What the host's callers show, and so which stage has to ask. Default tokens.</summary>
    public CallerAuthentication Callers { get; init; }

    /// <summary>Is it one unambiguous message?</summary>
    public required IStage Validate { get; init; }

    /// <summary>Which conversation?</summary>
    public required IStage Session { get; init; }

    /// <summary>What do the handles in the message stand for?</summary>
    public required IStage Resolve { get; init; }

    /// <summary>May the caller do this?</summary>
    public required IStage Authorize { get; init; }

    /// <summary>Has the caller asked for too much?</summary>
    public required IStage Limit { get; init; }

    /// <summary>Where exchanges are counted against the limits.</summary>
    public required IQuotas Quotas { get; init; }

    /// <summary>Is something in the request that must not go on?</summary>
    public required IStage InspectRequest { get; init; }

    /// <summary>Does a person have to approve it?</summary>
    public required IStage Approve { get; init; }

    /// <summary>The snapshot in force, by which an exchange that was held goes on.</summary>
    public required SnapshotHolder Snapshots { get; init; }

    /// <summary>Where a session that begins is bound to its caller.</summary>
    public required ISessions Sessions { get; init; }

    /// <summary>Where what spans the exchanges of a caller is kept.</summary>
    public required IConversations Conversations { get; init; }

    /// <summary>Which upstream, with which credential?</summary>
    public required ForwardStage Forward { get; init; }

    /// <summary>May the client see the answer?</summary>
    public required ResponseInspector InspectResponse { get; init; }

    /// <summary>Can anyone tell later what happened?</summary>
    public required RecordStage Record { get; init; }

    /// <summary>Where exchanges and the latency of stages are counted.</summary>
    public Gatehouse.Pipeline.Recording.ExchangeMeasures Measures { get; init; } = new();

    /// <summary>How fast notifications of a server pass.</summary>
    internal NotificationPolicy Pacing { get; init; } = NotificationThrottle.Open;

    /// <summary>Which notifications of a client pass.</summary>
    internal ClientNoticeCheck ClientNotices { get; init; } = ClientNotice.WhyDropped;

    /// <summary>Names of the parts in whose place the range put doubles; a complete pipeline has none.</summary>
    internal IReadOnlyList<string> Replaced { get; init; } = [];

    /// <summary>Faults of the composition: a stage that is not the one of its name. Empty for a complete pipeline.</summary>
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
        if (InspectRequest is InspectRequestStage inspection)
        {
            var rules = inspection.Inspector.Rules.Select(rule => rule.GetType()).ToHashSet();
            faults.AddRange(RequestInspector.Standard().Rules.Where(rule => !rules.Contains(rule.GetType()))
                .Select(rule => $"the pipeline lacks its rule {rule.Name} for requests"));
        }

        if (Snapshots is null) faults.Add("the pipeline lacks the snapshot in force");
        faults.AddRange(Replaced.Select(name => $"the part {name} of the pipeline is replaced"));
        if (Forward is null) faults.Add("the pipeline lacks its stage forward");
        if (InspectResponse is null) faults.Add("the pipeline lacks its stage inspect-response");
        if (Record is null) faults.Add("the pipeline lacks its stage record");
        return faults;
    }
}
