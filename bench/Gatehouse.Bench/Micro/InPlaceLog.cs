using System.Buffers;
using Gatehouse.Audit;

namespace Gatehouse.Bench.Micro;

/// <summary>
/// A log that writes each entry as a line in memory, on the thread that appends it. For comparisons that count the time of one thread: an exchange
/// whose entry waits for another commit continues on another thread, whose time is not counted, and checkpoints and a growing log cost time of their
/// own.
/// </summary>
internal sealed class InPlaceLog : IAuditLog
{
    private readonly ArrayBufferWriter<byte> line = new();

    public bool IsAvailable => true;

    public AuditLogStatistics Statistics => default;

    public ValueTask AppendDurableAsync(AuditEntry entry)
    {
        TryAppend(entry);
        return ValueTask.CompletedTask;
    }

    public bool TryAppend(AuditEntry entry)
    {
        line.ResetWrittenCount();
        AuditEntryFormat.Write(entry, 1, line);
        return true;
    }

    public ValueTask FlushAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
