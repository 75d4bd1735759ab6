using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Stages;

namespace Gatehouse.Pipeline;

/// <summary>The stages that a pipeline is made of, in no order: the order stands in <see cref="GatewayPipeline"/>.</summary>
public sealed record PipelineParts
{
    /// <summary>May this request line and these headers come in?</summary>
    public required IStage Accept { get; init; }

    /// <summary>Who calls?</summary>
    public required IStage Authenticate { get; init; }

    /// <summary>What the host's callers show, and so which stage has to ask. Default tokens.</summary>
    public CallerKind Callers { get; init; }

    /// <summary>Is it one unambiguous message?</summary>
    public required IStage Prove { get; init; }

    /// <summary>Which conversation?</summary>
    public required IStage Session { get; init; }

    /// <summary>May the caller do this?</summary>
    public required IStage Authorize { get; init; }

    /// <summary>Has the caller asked for too much?</summary>
    public required IStage Limit { get; init; }

    /// <summary>Where exchanges are counted against the limits.</summary>
    public required IQuotas Quotas { get; init; }

    /// <summary>Is something in the request that must not go on?</summary>
    public required IStage InspectRequest { get; init; }

    /// <summary>Where a session that begins is bound to its caller.</summary>
    public required ISessions Sessions { get; init; }

    /// <summary>Which upstream, with which credential?</summary>
    public required ForwardStage Forward { get; init; }

    /// <summary>May the client see the answer?</summary>
    public required ResponseInspector InspectResponse { get; init; }

    /// <summary>Can anyone tell later what happened?</summary>
    public required RecordStage Record { get; init; }

    /// <summary>Where exchanges and the latency of stages are counted.</summary>
    public Measures.ExchangeMeasures Measures { get; init; } = new();

    /// <summary>For the range alone: streams without a pace, as naive relays have them.</summary>
    internal bool UnpacedForRange { get; init; }

    /// <summary>For the range alone: notifications of clients pass whatever they name.</summary>
    internal bool PassesEveryNoticeForRange { get; init; }

    /// <summary>Faults of the composition: a stage that is not the one of its name. Empty for a complete pipeline.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        (string Name, IStage? Stage, Type Type)[] expected =
        [
            ("accept", Accept, typeof(AcceptStage)),
            ("authenticate", Authenticate, Callers == CallerKind.Person ? typeof(AuthenticatePersonStage) : typeof(AuthenticateStage)),
            ("prove", Prove, typeof(ProveStage)),
            ("session", Session, typeof(SessionStage)),
            ("authorize", Authorize, typeof(AuthorizeStage)),
            ("limit", Limit, typeof(LimitStage)),
            ("inspect-request", InspectRequest, typeof(InspectRequestStage)),
        ];
        var faults = expected.Where(e => e.Stage?.GetType() != e.Type)
            .Select(e => $"the pipeline lacks its stage {e.Name}: {e.Type.Name} is needed, {e.Stage?.GetType().Name ?? "nothing"} is there")
            .ToList();
        if (InspectRequest is InspectRequestStage { ChecksArguments: false }) faults.Add("the pipeline lacks its check of arguments");
        if (UnpacedForRange) faults.Add("the pipeline lacks the pace of its streams");
        if (PassesEveryNoticeForRange) faults.Add("the pipeline lacks its check of notifications");
        if (Forward is null) faults.Add("the pipeline lacks its stage forward");
        if (InspectResponse is null) faults.Add("the pipeline lacks its stage inspect-response");
        if (Record is null) faults.Add("the pipeline lacks its stage record");
        return faults;
    }
}
