namespace Gatehouse.Isolation;

/// <summary>A write to a process that may stop reading its input.</summary>
/// <remarks>
/// The threat: a write to a full pipe blocks where no cancellation reaches it, and every caller behind it waits as long (CWE-400). So the write is
/// left behind. A caller that gets the <see cref="TimeoutException"/> must end the process and write nothing after it, because the part in the pipe
/// would be read together with the next bytes.
/// </remarks>
public static class BoundedWrite
{
    /// <summary>The number of bytes in one write. A process that takes one of them makes progress.</summary>
    public const int PieceBytes = 16 << 10;

    /// <summary>Writes the bytes and flushes.</summary>
    /// <param name="input">The input of the process.</param>
    /// <param name="bytes">The bytes; not to be changed afterwards, also where the write was left behind.</param>
    /// <param name="patience">The time that a piece may wait to be taken. A slow reader of much is not a silent one.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="TimeoutException">Nothing was taken for that time.</exception>
    /// <exception cref="IOException">The process is gone.</exception>
    public static async Task ToAsync(Stream input, ReadOnlyMemory<byte> bytes, TimeSpan patience, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(time);
        for (var at = 0; at < bytes.Length; at += PieceBytes)
        {
            var piece = bytes.Slice(at, Math.Min(PieceBytes, bytes.Length - at));
            await WithinAsync(input.WriteAsync(piece, CancellationToken.None).AsTask(), patience, time).ConfigureAwait(false);
        }

        await WithinAsync(input.FlushAsync(CancellationToken.None), patience, time).ConfigureAwait(false);
    }

    private static async Task WithinAsync(Task write, TimeSpan patience, TimeProvider time)
    {
        try
        {
            await write.WaitAsync(patience, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It ends with the process. Its fault matters to no caller then.
            _ = write.ContinueWith(static left => _ = left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
            throw;
        }
    }
}
