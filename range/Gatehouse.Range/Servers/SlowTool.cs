using System.Text.Json;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Servers;

/// <summary>A server whose tool <c>secret</c> answers when the exercise says so.</summary>
internal sealed class SlowTool
{
    private readonly TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a call has reached the server.</summary>
    public Task Arrived => arrived.Task;

    /// <summary>Lets the server answer.</summary>
    public void Answer() => answer.TrySetResult();

    /// <summary>Starts the server.</summary>
    public async Task<Uri> StartAsync(RangeFixture fixture) => (await CanaryServer.StartAsync(fixture, overrides: async (_, message) =>
    {
        if (!message.ToString().Contains("\"secret\"", StringComparison.Ordinal)) return false;
        arrived.TrySetResult();
        await answer.Task.ConfigureAwait(false);
        return false;
    }).ConfigureAwait(false)).Url;
}
