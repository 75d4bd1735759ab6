using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>An exercise whose server is the protocol authors' reference server, unmodified.</summary>
public abstract class EverythingExercise : Exercise
{
    /// <inheritdoc />
    public override Need Needs => Need.Node;

    internal override Task<Uri> StartUnguardedAsync(Bed bed) => HostedProcess.EverythingAsync(bed);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(Bed bed) =>
        Upstream.Http(await HostedProcess.EverythingAsync(bed).ConfigureAwait(false));

    internal override Task<bool> UseHonestlyAsync(Scene scene) => Honest.EchoesAsync(scene, "message");
}
