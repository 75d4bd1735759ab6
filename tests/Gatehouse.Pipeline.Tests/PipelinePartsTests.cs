using Gatehouse.Pipeline.Accept;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Pipeline.Inspection.Texts;
using Gatehouse.Pipeline.Limit;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Pipeline.Validate;

namespace Gatehouse.Pipeline.Tests;

public sealed class PipelinePartsTests
{
    [Fact]
    public void PipelineWithoutASecurityStage_RefusesToStartAndNamesIt()
    {
        var parts = Complete() with { Authorize = new Naive() };
        var refused = Assert.Throws<InvalidOperationException>(() => new GatewayPipeline(parts, null!, TimeProvider.System, (_, _) => { }));
        Assert.Contains("authorize", refused.Message, StringComparison.Ordinal);
        Assert.Contains("AuthorizeStage", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryStage_IsMissedWhenItIsNotThere()
    {
        PipelineParts[] lacking =
        [
            Complete() with { Accept = null! }, Complete() with { Authenticate = null! }, Complete() with { Validate = null! },
            Complete() with { Session = null! }, Complete() with { Resolve = null! }, Complete() with { Approve = null! },
            Complete() with { Snapshots = null! }, Complete() with { Authorize = null! }, Complete() with { Limit = null! },
            Complete() with { InspectRequest = null! },
            Complete() with { Forward = null! }, Complete() with { InspectResponse = null! }, Complete() with { Record = null! },
        ];
        Assert.All(lacking, parts => Assert.NotEmpty(parts.FindFaults()));
        Assert.Empty(Complete().FindFaults());
    }

    // A step that is moved decides before a wait after which it has to decide, or uses up what a later step still refuses (CWE-367).
    [Fact]
    public void AdmissionSteps_AreAllThereInTheirOrder() => Assert.Equal(
        ["own-question", "dropped", "in-flight", "edited", "held", "contained", "released-result", "approve", "approved", "turn", "list-view",
            "begun-entry", "client-notice", "contained-since", "access", "spend-approval"],
        AdmissionSteps.InOrder.Select(step => step.Name));

    [Fact]
    public void ResponseRules_AreAllThereInTheirOrder() => Assert.Equal(
        ["list-changes", "correlation", "misplaced-tokens", "asks", "server-message", "progress", "result-type", "tasks", "protection", "result-schema",
            "state-handles", "definitions", "own-members", "links", "capabilities", "cache-scope", "updates", "texts", "hidden-names", "marks"],
        ResponseInspector.Standard(null!, null!, null!, new TextInspector(TimeProvider.System)).RuleNames);

    private static PipelineParts Complete() => new()
    {
        Accept = new AcceptStage(),
        Authenticate = new AuthenticateStage(null!),
        Validate = new ValidateStage(null!),
        Session = new SessionStage(null!, null!, null!),
        Resolve = new ResolveStage(null!),
        Authorize = new AuthorizeStage(null!),
        Limit = new LimitStage(null!),
        Quotas = null!,
        InspectRequest = new InspectRequestStage(RequestInspector.Standard(new TextInspector(TimeProvider.System))),
        Approve = new ApproveStage(new NoApprovals()),
        Snapshots = new SnapshotHolder(null!),
        Sessions = null!,
        Conversations = null!,
        Forward = new ForwardStage(_ => null!, null!, null!),
        InspectResponse = ResponseInspector.Standard(null!, null!, null!, new TextInspector(TimeProvider.System)),
        Record = new RecordStage(null!),
    };

    private sealed class Naive : IStage
    {
        public string Name => "authorize";

        public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation) => ValueTask.FromResult(StageOutcome.Continue);
    }
}
