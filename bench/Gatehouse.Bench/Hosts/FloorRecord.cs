using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Bench.Micro;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Bench.Hosts;

/// <summary>
/// The record that a pass-through keeps as the floor of the gateway: both messages are read as UTF-8 and JSON, the token is hashed, an entry is
/// durable in the gateway's own log before the request is forwarded, and a second one follows the reply. Nothing is decided, inspected or sealed.
/// </summary>
internal sealed class FloorRecord(string folder) : IAsyncDisposable
{
    private readonly GroupCommitLog log = GroupCommitLog.Open(
        new AuditLogOptions { Directory = folder, CallerShare = static () => 100 }, new BenchLogKeys());

    /// <summary>Reads a request and records it. Returns when the entry is on the disk.</summary>
    public async ValueTask<AuditEntry> BeginAsync(HttpContext context, ReadOnlyMemory<byte> message)
    {
        Read(message.Span);
        var token = Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(context.Request.Headers.Authorization.ToString())));
        var entry = AuditRate.Entry(TimeProvider.System) with { Asked = token };
        await log.AppendDurableAsync(entry).ConfigureAwait(false);
        return entry;
    }

    /// <summary>Reads the reply and queues the second entry.</summary>
    /// <exception cref="InvalidOperationException">The log does not take it.</exception>
    public void End(AuditEntry begun, ReadOnlySpan<byte> reply, int status)
    {
        Read(reply);
        if (!log.TryAppend(begun with { Kind = AuditEntryKind.Ended, At = TimeProvider.System.GetUtcNow(), Status = status, MessagesOut = 1 }))
            throw new InvalidOperationException(log.WhyUnavailable);
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

    private static void Read(ReadOnlySpan<byte> message)
    {
        if (!Utf8.IsValid(message)) throw new InvalidDataException("a message is not UTF-8");
        var reader = new Utf8JsonReader(message);
        while (reader.Read())
        {
        }
    }
}
