using System.Runtime.InteropServices;
using Gatehouse.Fixture.Serving;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture;

/// <summary>The fixture over stdin and stdout. The SDK tells the eras apart by the first message.</summary>
internal static class StdioFixture
{
    // Time for calls that are under way when stdin closes; a subscription would never end by itself.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync()
    {
        using var stop = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        var state = new FixtureState();
        var options = FixtureServer.Options(state, FixtureTransport.Stdio);
        await using var transport = new StdioServerTransport(options);
        await using var server = McpServer.Create(transport, options);
        using var session = state.Changes.AddSession(server);
        var running = server.RunAsync(stop.Token);
        await Task.WhenAny(running, transport.MessageReader.Completion);
        stop.CancelAfter(Grace);
        await running;
        return 0;
    }
}
