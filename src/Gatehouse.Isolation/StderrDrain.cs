using System.Text;

namespace Gatehouse.Isolation;

/// <summary>
/// A reader of standard error to its end in every case: a child whose pipe is full stops working. Lines are cut at a length and limited by the
/// second, so that a flood costs neither memory nor log.
/// </summary>
internal sealed class StderrDrain(Stream stream, Action<string> line, LocalProcessOptions options, TimeProvider time)
{
    private const string CutMark = "…";

    private readonly byte[] line = new byte[options.StderrLineBytes];
    private int length;
    private bool isCut;
    private long windowStart = time.GetTimestamp();
    private int linesInWindow;
    private long dropped;

    /// <summary>Lines that were not passed on.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var buffer = new byte[8192];
        try
        {
            while (await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and var count)
                Take(buffer.AsSpan(0, count));
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The end of the pipe in another form.
        }

        if (length > 0)
            EndLine();
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Append(bytes[..end]);
            EndLine();
            bytes = bytes[(end + 1)..];
        }

        Append(bytes);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        var kept = Math.Min(bytes.Length, this.line.Length - length);
        bytes[..kept].CopyTo(this.line.AsSpan(length));
        length += kept;
        isCut |= kept < bytes.Length;
    }

    private void EndLine()
    {
        var bytes = this.line.AsSpan(0, length);
        if (MayPass())
            Pass(bytes is [.., (byte)'\r'] ? bytes[..^1] : bytes, isCut);
        else
            Interlocked.Increment(ref dropped);
        length = 0;
        isCut = false;
    }

    private bool MayPass()
    {
        if (time.GetElapsedTime(windowStart) >= TimeSpan.FromSeconds(1))
        {
            windowStart = time.GetTimestamp();
            linesInWindow = 0;
        }

        return linesInWindow++ < options.StderrLinesPerSecond;
    }

    private void Pass(ReadOnlySpan<byte> bytes, bool isCut)
    {
        var text = Encoding.UTF8.GetString(bytes);
        try
        {
            line(isCut ? text + CutMark : text);
        }
#pragma warning disable CA1031 // Whatever the receiver's fault is, reading of the pipe must continue.
        catch (Exception)
#pragma warning restore CA1031
        {
            Interlocked.Increment(ref dropped);
        }
    }
}
