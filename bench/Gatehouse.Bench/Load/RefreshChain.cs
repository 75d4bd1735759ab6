using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Bench.Load;

/// <summary>A refresh token that is exchanged for the next one, again and again (RFC 6749 §6). Each answer is checked.</summary>
/// <param name="port">The port on loopback.</param>
/// <param name="path">The token endpoint.</param>
/// <param name="client">The client id; a public client.</param>
/// <param name="refreshToken">The first refresh token.</param>
internal sealed class RefreshChain(int port, string path, string client, string refreshToken)
{
    private readonly byte[] received = new byte[32 << 10];
    private string refreshToken = refreshToken;

    /// <summary>Runs chains side by side, each as fast as it is answered.</summary>
    public static async Task<LoadResult> RunAsync(IReadOnlyList<RefreshChain> chains, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var until = started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var results = await Task.WhenAll(chains.Select(chain => Task.Run(() => chain.RunAsync(until)))).ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(started);
        return LoadResult.Of([.. results.SelectMany(result => result.Ticks)], results.Sum(result => result.Errors), elapsed);
    }

    // A connection for each round: a server closes one that is idle while others are measured.
    private async Task<(List<long> Ticks, long Errors)> RunAsync(long until)
    {
        var ticks = new List<long>(4096);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port).ConfigureAwait(false);
        for (var sent = Stopwatch.GetTimestamp(); sent < until;)
        {
            if (await ExchangeAsync(socket).ConfigureAwait(false) is { } fault)
            {
                await Console.Error.WriteLineAsync($"a refresh failed: {fault}").ConfigureAwait(false);
                return (ticks, 1); // the chain is over
            }

            var now = Stopwatch.GetTimestamp();
            ticks.Add(now - sent);
            sent = now;
        }

        return (ticks, 0);
    }

    // Returns the answer where it is no success.
    private async Task<string?> ExchangeAsync(Socket socket)
    {
        var body = $"grant_type=refresh_token&client_id={client}&refresh_token={Uri.EscapeDataString(refreshToken)}";
        var request = string.Create(
            CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        await socket.SendAsync(Encoding.ASCII.GetBytes(request)).ConfigureAwait(false);
        var (response, length) = await ReceiveAsync(socket).ConfigureAwait(false);
        var text = Encoding.ASCII.GetString(received, 0, length);
        if (response.Status != 200 || Next(text) is not { } next) return text;
        refreshToken = next;
        return null;
    }

    private async Task<(HttpResponse Response, int Length)> ReceiveAsync(Socket socket)
    {
        for (var length = 0; ;)
        {
            var read = await socket.ReceiveAsync(received.AsMemory(length)).ConfigureAwait(false);
            length += read;
            var response = HttpResponse.Read(received.AsSpan(0, length));
            if (read == 0 || length == received.Length || response.IsWhole) return (response, length);
        }
    }

    private static string? Next(string answer)
    {
        const string Name = "\"refresh_token\":\"";
        var begin = answer.IndexOf(Name, StringComparison.Ordinal) + Name.Length;
        var end = begin < Name.Length ? -1 : answer.IndexOf('"', begin);
        return end < 0 ? null : answer[begin..end];
    }
}
