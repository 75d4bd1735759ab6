using System.Text;
using Gatehouse.Configuration.Texts;

namespace Gatehouse.Configuration;

/// <summary>
/// The files of one reading of a configuration. They come from the disk, or from texts that replace the disk. The bytes that were judged are
/// the ones that <see cref="ToTexts"/> has: no file is read a second time.
/// </summary>
/// <param name="instead">The texts that replace the disk; null reads the disk.</param>
internal sealed class ConfigurationFiles(ConfigurationTexts? instead = null)
{
    private readonly List<SnapshotFile> read = [];

    /// <summary>Reads the text of a file. Returns null, and adds a fault, when it may not or cannot be read.</summary>
    public string? ReadText(SnapshotPart part, string path, FaultList faults)
    {
        if (ReadBytes(part, path, YamlText.Largest, faults) is not { } bytes) return null;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            faults.Add(YamlMark.None, "", "the file is not valid UTF-8", "save it as UTF-8");
            return null;
        }
    }

    /// <summary>Reads the bytes of a file. Returns null, and adds a fault, when it may not or cannot be read.</summary>
    public byte[]? ReadBytes(SnapshotPart part, string path, int largest, FaultList faults)
    {
        var bytes = instead is null ? ConfigurationFile.ReadBytes(path, largest, faults) : FromTexts(path, faults);
        if (bytes is not null && !read.Exists(file => file.Path == path)) read.Add(new SnapshotFile(part, path, bytes));
        return bytes;
    }

    /// <summary>Returns the texts of what was read so far; null where the main file was not read.</summary>
    /// <param name="outside">The values of flags and named variables, one a line; empty for none.</param>
    public ConfigurationTexts? ToTexts(string outside)
    {
        if (read.Count == 0 || read[0].Part != SnapshotPart.Main) return null;
        return new ConfigurationTexts(outside.Length == 0
            ? read : [.. read, new SnapshotFile(SnapshotPart.Outside, "", Encoding.UTF8.GetBytes(outside))]);
    }

    private byte[]? FromTexts(string path, FaultList faults)
    {
        if (instead!.Find(path) is { } file) return file.Content.ToArray();
        faults.Add(YamlMark.None, "", $"the stored configuration does not contain {path}", "choose another configuration: gatehouse config history");
        return null;
    }
}
