using System.Text;
using Gatehouse.Configuration.Texts;

namespace Gatehouse.Gateway.Configurations;

/// <summary>The note, beside the texts of configurations, about several files that are replaced one after the other.</summary>
/// <param name="folder">The folder of the texts.</param>
internal sealed class ReplacementNote(SealedFolder folder)
{
    private const string ReplacementName = "replacement";
    private const int MostNoteBytes = 256;

    /// <summary>
    /// Notes that several files are replaced now, before the first of them is. Until <see cref="End"/> the files on the disk may be a mixture
    /// of both configurations.
    /// </summary>
    /// <exception cref="IOException">It cannot be written, or is not on the disk for certain.</exception>
    public void Begin(string fromFiles, string toFiles) =>
        folder.WriteDurably(ReplacementName, Encoding.ASCII.GetBytes($"{fromFiles}\n{toFiles}"));

    /// <summary>Notes that all files are replaced.</summary>
    public void End() => folder.Delete(ReplacementName);

    /// <summary>Refuses files that a replacement left as a mixture of two configurations when the process was killed.</summary>
    /// <param name="files">The files that were read, <see cref="ConfigurationTexts.FilesDigest"/>.</param>
    /// <exception cref="InvalidDataException">They are a mixture; the message names the remedy.</exception>
    /// <exception cref="IOException">Whether they are is not known: the note about the replacement cannot be read. The message names the remedy.</exception>
    public void RequireWhole(string files)
    {
        if (ReadReplacement() is not { } bytes) return;
        if (!Encoding.ASCII.GetString(bytes).Split('\n').Contains(files))
        {
            throw new InvalidDataException("a rollback was interrupted, and the configuration files are neither those before it nor those after it; put the "
                + $"files of one configuration in place, then delete {folder.PathOf(ReplacementName)}");
        }

        End();
    }

    private byte[]? ReadReplacement()
    {
        try
        {
            return folder.Read(ReplacementName, MostNoteBytes);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the note about an interrupted rollback cannot be read ({e.Message}); make sure that the configuration files are those of "
                + $"one configuration, then delete {folder.PathOf(ReplacementName)}", e);
        }
    }
}
