using System.Text.RegularExpressions;

namespace Gatehouse.Gateway.Deployment;

/// <summary>The file system that a path is on, as Linux shows it in <c>/proc/self/mountinfo</c> (proc_pid_mountinfo(5)).</summary>
/// <param name="Kind">Its kind, such as <c>ext4</c> or <c>overlay</c>.</param>
/// <param name="IsReadOnly">True where nothing can be written.</param>
internal sealed partial record FileSystemMount(string Kind, bool IsReadOnly)
{
    private const int PointField = 4;
    private const int OptionsField = 5;

    /// <summary>Returns the file system of a path without links, or null where the text does not say it.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="path">An absolute path. What is not there yet will be on the file system of the folder above.</param>
    public static FileSystemMount? Of(string text, string path)
    {
        (FileSystemMount Mount, int Length)? found = null;
        foreach (var line in text.Split('\n'))
        {
            var halves = line.Split(" - ", 2);
            if (halves.Length != 2 || halves[0].Split(' ') is not { Length: > OptionsField } first) continue;
            if (halves[1].Split(' ') is not [var kind, _, var options, ..]) continue;
            var point = Escaped().Replace(first[PointField], static match => ((char)Convert.ToInt32(match.Groups[1].Value, 8)).ToString());
            if (!IsWithin(path, point) || point.Length < found?.Length) continue; // of several at one place, the last one is seen
            found = (new FileSystemMount(kind, IsReadOnlyIn(first[OptionsField]) || IsReadOnlyIn(options)), point.Length);
        }

        return found?.Mount;
    }

    private static bool IsWithin(string path, string point) =>
        point == "/" || path == point || path.StartsWith(point + "/", StringComparison.Ordinal);

    private static bool IsReadOnlyIn(string options) => options.Split(',').Contains("ro", StringComparer.Ordinal);

    [GeneratedRegex(@"\\([0-7]{3})")]
    private static partial Regex Escaped();
}
