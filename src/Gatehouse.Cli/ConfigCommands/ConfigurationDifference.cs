using Gatehouse.Configuration.Texts;
using Gatehouse.Text;

namespace Gatehouse.Cli.ConfigCommands;

/// <summary>The difference of one file between two configurations.</summary>
/// <param name="Path">The path; <c>flags and variables</c> for values from outside the files.</param>
/// <param name="State"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Lines">The lines of the unified difference, escaped for a terminal, with secrets hidden.</param>
internal sealed record FileChange(string Path, string State, IReadOnlyList<string> Lines);

/// <summary>The differences between two configurations, file by file. The order of the files has no meaning.</summary>
internal static class ConfigurationDifference
{
    private const string OutsideName = "flags and variables";

    /// <summary>Returns the files that differ, by path.</summary>
    /// <param name="before">The files of the first configuration.</param>
    /// <param name="after">The files of the second.</param>
    public static IReadOnlyList<FileChange> Of(IReadOnlyList<SnapshotFile> before, IReadOnlyList<SnapshotFile> after)
    {
        // A value that one file hides, in one version, is shown nowhere.
        var values = ShownText.Values(before.Concat(after));
        return
        [
            .. before.Concat(after).Select(file => file.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(path => Change(path, Find(before, path), Find(after, path), values)).OfType<FileChange>(),
        ];
    }

    /// <summary>Returns the lines for a terminal.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<FileChange> changes, string from, string to)
    {
        foreach (var change in changes)
        {
            var path = VisibleText.Escape(change.Path);
            yield return change.State == "added" ? "--- /dev/null" : $"--- {path} ({from})";
            yield return change.State == "removed" ? "+++ /dev/null" : $"+++ {path} ({to})";
            foreach (var line in change.Lines) yield return line;
        }
    }

    private static SnapshotFile? Find(IReadOnlyList<SnapshotFile> files, string path) => files.FirstOrDefault(file => file.Path == path);

    private static FileChange? Change(string path, SnapshotFile? before, SnapshotFile? after, HiddenValues values)
    {
        if (before is not null && after is not null && before.Content.Span.SequenceEqual(after.Content.Span)) return null;
        var lines = UnifiedDifference.Hunks(Shown(before, values), Shown(after, values));
        return new FileChange(path.Length > 0 ? path : OutsideName, before is null ? "added" : after is null ? "removed" : "changed",
            lines.Count > 0 ? lines : ["(only line ends or a byte order mark differ)"]);
    }

    private static List<ShownLine> Shown(SnapshotFile? file, HiddenValues values) => file is null ? []
        : [.. ShownText.Lines(file, values).Select(Escaped)];

    private static ShownLine Escaped(ShownLine line) =>
        line with { Text = VisibleText.Escape(line.Text.Replace("\t", "    ", StringComparison.Ordinal)) };
}
