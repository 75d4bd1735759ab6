using System.Globalization;
using Gatehouse.Text;

namespace Gatehouse.Cli.WrapCommands;

/// <summary>The host's messages for its person, in a file of bounded size: it has no terminal. No content of messages.</summary>
/// <param name="path">The file; the one before has <c>.1</c> behind its name.</param>
/// <param name="time">The clock.</param>
internal sealed class HostLog(string path, TimeProvider time)
{
    private const long MaxBytes = 1 << 20;

    // Lines that wait for a file that cannot be written. Of more, the newer are lost: the audit log has the important facts.
    private const int MostWaiting = 100;

    private readonly Lock gate = new();
    private readonly List<string> waiting = [];

    /// <summary>
    /// Writes a line in which outside text was escaped where it was put in. One that cannot be written, as in a process without descriptors, is
    /// written in front of the next.
    /// </summary>
    public void Write(string line)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} {VisibleText.GuardLines(line)}\n");
        lock (gate)
        {
            if (waiting.Count < MostWaiting) waiting.Add(text);
            if (TryAppend(string.Concat(waiting))) waiting.Clear();
        }
    }

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
