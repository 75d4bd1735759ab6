using System.Net.Sockets;
using System.Text.Json;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Servers;

/// <summary>A socket for approvals as people write it in an afternoon: each program that can open it speaks for the person.</summary>
internal sealed class NaiveControl : IAsyncDisposable
{
    private const string Id = "1";

    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<string?> waiting;
    private readonly Action<string> grant;
    private readonly Task accepting;

    private NaiveControl(string path, Func<string?> waiting, Action<string> grant)
    {
        (this.waiting, this.grant) = (waiting, grant);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        accepting = AcceptAsync();
    }

    /// <summary>Opens it.</summary>
    /// <param name="fixture">Owns it.</param>
    /// <param name="path">The path of the socket.</param>
    /// <param name="waiting">Returns the call that waits; null for none.</param>
    /// <param name="grant">Grants a call.</param>
    public static void Open(RangeFixture fixture, string path, Func<string?> waiting, Action<string> grant) =>
        fixture.Own(new NaiveControl(path, waiting, grant));

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting.ConfigureAwait(false);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var stream = new NetworkStream(await listener.AcceptAsync().ConfigureAwait(false), ownsSocket: true);
                using var reader = new StreamReader(stream);
                using var request = JsonDocument.Parse(await reader.ReadLineAsync().ConfigureAwait(false) ?? "{}");
                var answer = JsonSerializer.SerializeToUtf8Bytes(Answer(request.RootElement.GetProperty("act").GetString()));
                await stream.WriteAsync((byte[])[.. answer, (byte)'\n']).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // It was closed.
        }
    }

    private object Answer(string? act)
    {
        if (waiting() is not { } call) return new { ok = false };
        var question = new { id = Id, state = "open", digest = "", shown = "", lines = new[] { call } };
        if (act == "approval.grant") grant(call);
        return act switch
        {
            "approval.list" => new { ok = true, result = new { approvals = new[] { question } } },
            "approval.show" => new { ok = true, result = question },
            _ => new { ok = true, result = new { id = Id, grants = true, isDecided = true, granted = 1, needed = 1 } },
        };
    }
}
