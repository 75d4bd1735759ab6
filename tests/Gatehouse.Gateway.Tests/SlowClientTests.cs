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
