using Gatehouse.Pipeline.Bounds;
using Gatehouse.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Cli.WrapCommands;

/// <summary>The host's messages for its person, in a file of bounded size: it has no terminal. No content of messages.</summary>
internal sealed class HostLog : IDisposable
{
    /// <summary>The most lines that wait for a file that cannot be written, as in a process without descriptors.</summary>
    public const int MostWaiting = 100;

    /// <summary>The size in bytes above which the file is replaced by a new one.</summary>
    public const long MaxBytes = 1 << 20;

    /// <summary>The pause before waiting lines are written again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly string path;
    private readonly TimeProvider time;
    private readonly ITimer again;
    private readonly Lock gate = new();
    private readonly Queue<string> waiting = [];
    private int lost;

    /// <summary>Makes the log.</summary>
    /// <param name="path">The file; the one before has <c>.1</c> behind its name.</param>
    /// <param name="time">The clock.</param>
    public HostLog(string path, TimeProvider time)
    {
        (this.path, this.time) = (path, time);
        again = GuardedTimer.Start(time, "log of the host", Flush, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, NullLogger.Instance);
    }

    /// <summary>
    /// Writes a line in which outside text was escaped where it was put in. One that cannot be written is tried again after a pause. Beyond
    /// <see cref="MostWaiting"/>, the oldest lines are lost, and a line says how many.
    /// </summary>
    public void Write(string line)
    {
        lock (gate)
        {
            waiting.Enqueue(Line(line));
            if (waiting.Count > MostWaiting)
            {
                waiting.Dequeue();
                lost++;
            }

            Flush();
        }
    }

    public void Dispose() => again.Dispose();

    private void Flush()
    {
        lock (gate)
        {
            if (lost > 0 && TryAppend(Line($"{Counted.Of(lost, "line")} before this one could not be written"))) lost = 0;
            while (lost == 0 && waiting.TryPeek(out var line) && TryAppend(line)) waiting.Dequeue();
            if (waiting.Count > 0) again.Change(Pause, Timeout.InfiniteTimeSpan); // a shortage may end without another line
        }
    }

    private string Line(string text) => $"{Moments.Rfc3339(time.GetUtcNow())} {VisibleText.GuardLines(text)}\n";

    private bool TryAppend(string text)
    {
        try
        {
            if (File.Exists(path) && new FileInfo(path).Length > MaxBytes) File.Move(path, path + ".1", overwrite: true);
            File.AppendAllText(path, text); // UTF-8 without a byte order mark
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
