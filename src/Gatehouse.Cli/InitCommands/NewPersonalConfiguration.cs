using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.InitCommands;

/// <summary>
/// The personal configuration of a person who has none: findings in messages get a notice or are blocked. A file that exists is not changed, because
/// an update must not change what a person already runs.
/// </summary>
internal static class NewPersonalConfiguration
{
    private const string Text =
        """
        version: 1
        # Sure findings in texts of messages are blocked, and likely ones get a notice. See: gatehouse detect
        inspection:
          messages:
            preset: default

        """;

    /// <summary>Writes the file if there is none, and says so. A file that cannot be written is reported; the defaults then hold.</summary>
    public static void Write(string path)
    {
        try
        {
            if (File.Exists(path)) return;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new StreamWriter(path, options);
            file.Write(Text.ReplaceLineEndings("\n"));
            Terminal.NoteLine($"written: {path}: sure findings in messages are blocked, likely ones get a notice");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Terminal.NoteLine($"{path} cannot be written: findings in messages are only recorded");
        }
    }
}
