using System.Net.Sockets;
using System.Text;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>Clients that send slowly do not hold the gateway (EX-03).</summary>
[Trait("Requirement", "EX-03")]
public sealed class SlowClientTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SlowHeadersAndBodies_AreCutOff(bool body)
    {
        await using var gateway = await TestGateway.StartAsync(s => s with
        {
            Limits = s.Limits with { HeaderTimeout = TimeSpan.FromSeconds(1), MinBodyBytesPerSecond = 10_000 },
        });
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Url.Host, gateway.Url.Port);
        var stream = client.GetStream();
        var head = $"POST /mcp HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\nAuthorization: Bearer {gateway.Token()}\r\nContent-Type: "
            + $"application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: 1000000\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(body ? head + "\r\n{" : head));

        // The gateway closes; a slow client that goes on sending a byte now and then changes nothing.
        var closed = ReadToEndAsync(stream);
        while (!closed.IsCompleted)
        {
            await Eventually.MomentAsync(closed);
            try
            {
                if (!closed.IsCompleted) await stream.WriteAsync("x"u8.ToArray());
            }
            catch (IOException)
            {
                break;
            }
        }

        await closed.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(gateway.Upstream.Received);
    }

    // Threat: a client sends requests that are refused and reads no answer. Its exchange kept its place, and no drain ended.
    [Fact]
    public async Task RefusedExchange_WhoseClientDoesNotRead_Ends()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        using var client = new TcpClient { ReceiveBufferSize = 4096, SendBufferSize = 4096 };
        await client.ConnectAsync(gateway.Url.Host, gateway.Url.Port);
        const string body = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";
        var request = Encoding.ASCII.GetBytes(
            $"POST /mcp HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\nAuthorization: Bearer {gateway.Token()}\r\nContent-Type: application/json\r\n"
            + $"Accept: application/json, text/event-stream\r\nMcp-Session-Id: unknown\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        var sent = 0L;
        var sending = SendAsync();
        await Eventually.TrueAsync(IsWaitingAsync, "the gateway waits for its client");
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), gateway.NothingUnderWayAsync());
        client.Close();
        await sending.WaitAsync(TimeSpan.FromMinutes(2));

        async Task<bool> IsWaitingAsync()
        {
            await Eventually.StillAsync(() => Interlocked.Read(ref sent), "the gateway reads no further request");
            return gateway.Host.Registry.Count == 1;
        }

        async Task SendAsync()
        {
            try
            {
                while (true)
                {
                    await client.GetStream().WriteAsync(request);
                    Interlocked.Increment(ref sent);
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The gateway closed the connection, or the test did.
            }
        }
    }

    private static async Task ReadToEndAsync(NetworkStream stream)
    {
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset is as good an end as any.
        }
    }
}
