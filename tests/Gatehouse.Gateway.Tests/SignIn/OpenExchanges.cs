using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>A stream for messages of the server and a call that does not return, both open by one token.</summary>
internal sealed class OpenExchanges : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // Without a time limit of its own: an exchange that the gateway leaves open must not look ended.
    private readonly HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
    private Task[] reading = [];

    /// <summary>True while neither has ended.</summary>
    public bool AreOpen => Array.TrueForAll(reading, one => !one.IsCompleted);

    /// <summary>Opens both, and returns when both have reached the server.</summary>
    public static async Task<OpenExchanges> OpenAsync(TestGateway gateway, string token)
    {
        var (stream, call) = (Hold(gateway, "GET"), Hold(gateway, "tools/call"));
        var session = await gateway.InitializeAsync(token);
        var open = new OpenExchanges();
        open.reading =
        [
            open.ReadAsync(gateway.Get(token, ("Mcp-Session-Id", session))),
            open.ReadAsync(gateway.Post("""{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"echo","arguments":{}}}""",
                token, ("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25"))),
        ];
        await Task.WhenAll(stream, call).WaitAsync(Patience);
        return open;
    }

    /// <summary>Waits until both have ended.</summary>
    public async Task EndAsync()
    {
        await StreamEndAsync();
        await Eventually.TrueAsync(() => reading[1].IsCompleted, "the call has ended");
    }

    /// <summary>Waits until the stream has ended.</summary>
    public Task StreamEndAsync() => Eventually.TrueAsync(() => reading[0].IsCompleted, "the stream has ended");

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await Task.WhenAll(reading);
    }

    // The server begins an answer and never ends it.
    private static Task Hold(TestGateway gateway, string method)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Upstream.On(method, async (context, _) =>
        {
            await RecordingUpstream.Events(context, ": open\n\n");
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        return arrived.Task;
    }

    private async Task ReadAsync(HttpRequestMessage request)
    {
        try
        {
            using var response = await client.SendAsync(request);
            await response.Content.ReadAsStringAsync();
        }
        catch (Exception error) when (error is IOException or HttpRequestException or OperationCanceledException)
        {
            // Cut, which is an end too.
        }
    }
}
