using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>An exercise whose server is the protocol authors' reference server, unmodified.</summary>
public abstract class EverythingExercise : Exercise
{
    /// <inheritdoc />
    public override Need Needs => Need.Node;

    internal override Task<Uri> StartUnguardedAsync(RangeFixture fixture) => HostedProcess.EverythingAsync(fixture);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http(await HostedProcess.EverythingAsync(fixture).ConfigureAwait(false));

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context, "message");
}
