using System.Globalization;
using Gatehouse.Text;

namespace Gatehouse.Cli.WrapCommands;

/// <summary>The host's messages for its person, in a file of bounded size: it has no terminal. No content of messages.</summary>
/// <param name="path">The file; the one before has <c>.1</c> behind its name.</param>
/// <param name="time">The clock.</param>
internal sealed class HostLog(string path, TimeProvider time)
{
    private const long MaxBytes = 1 << 20;

    private readonly Lock gate = new();

    /// <summary>
    /// Writes a line in which outside text was escaped where it was put in. A line that cannot be written is lost: the audit log has the important
    /// facts.
    /// </summary>
    public void Write(string line)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} {VisibleText.GuardLines(line)}\n");
        try
        {
            lock (gate)
            {
                if (File.Exists(path) && new FileInfo(path).Length > MaxBytes) File.Move(path, path + ".1", overwrite: true);
                File.AppendAllText(path, text); // UTF-8 without a byte order mark
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _ = e;
        }
    }
}
