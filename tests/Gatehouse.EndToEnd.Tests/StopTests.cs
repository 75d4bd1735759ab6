using System.Diagnostics;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>The end of <c>gatehouse serve</c> by a signal, as a service manager sends it.</summary>
public sealed class StopTests
{
    // The library of command lines ends other commands 2 s after a signal.
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task ACallUnderWay_IsAnswered_AndTheExitCodeIsZero(string signal)
    {
        await using var team = await Team.StartAsync();
        var call = team.CallAsync();
        await team.Arrived.Task.WaitAsync(TestContext.Current.CancellationToken);
        await team.SignalAsync(signal);
        await Eventually.TrueAsync(() => team.Output.Contains("stopping: waiting for requests in progress", StringComparison.Ordinal), "it stops");
        var since = Stopwatch.StartNew();
        await Eventually.TrueAsync(() => since.Elapsed > Longer, "the time after which the library ends other commands");
        Assert.False(call.IsCompleted);
        team.Release.SetResult();
        Assert.Contains("late answer", (await call).Text, StringComparison.Ordinal);
        Assert.Equal(0, await team.ExitedAsync());
        Assert.Single(team.Entries("stop"));
    }

    private sealed class Team(OutsideIssuer issuer, RecordingUpstream upstream) : TeamGateway(issuer, upstream)
    {
        public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static async Task<Team> StartAsync()
        {
            var upstream = await RecordingUpstream.StartAsync();
            var team = new Team(await OutsideIssuer.StartAsync(), upstream);
            upstream.On("tools/call", async (context, message) =>
            {
                team.Arrived.TrySetResult();
                await team.Release.Task;
                await RecordingUpstream.Json(context,
                    $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"content\":[{{\"type\":\"text\",\"text\":\"late answer\"}}]}}}}");
            });
            await team.ServeAsync("billing", "policy: [{ id: pay, permit: { subjects: [ada], servers: [billing], tools: [echo] } }]");
            return team;
        }

        public Task<(int Status, string Text)> CallAsync() => CallAsync("ada", 1, "{}");

        public new IEnumerable<System.Text.Json.JsonElement> Entries(string beginning) => base.Entries(beginning);
    }
}
