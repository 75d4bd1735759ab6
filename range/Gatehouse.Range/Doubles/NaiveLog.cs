using System.Buffers;
using Gatehouse.Audit;

namespace Gatehouse.Range.Doubles;

/// <summary>A log that writes whatever comes until it is full, whoever it comes from.</summary>
internal sealed class NaiveLog(long most) : IAuditLog
{
    private readonly Lock gate = new();
    private readonly ArrayBufferWriter<byte> line = new();
    private long written;

    public bool IsAvailable => Interlocked.Read(ref written) < most;

    public AuditLogStatistics Statistics => default;

    /// <summary>Writes so many bytes; false when it is full.</summary>
    public bool TryWrite(long bytes) => Interlocked.Add(ref written, bytes) < most;

    public ValueTask AppendDurableAsync(AuditEntry entry) =>
        TryAppend(entry) ? ValueTask.CompletedTask : ValueTask.FromException(new AuditUnavailableException());

    public bool TryAppend(AuditEntry entry)
    {
        lock (gate)
        {
            line.ResetWrittenCount();
            AuditEntryFormat.Write(entry, 1, line);
            return TryWrite(line.WrittenCount);
        }
    }

    public ValueTask FlushAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
