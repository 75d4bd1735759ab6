using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verifier;

/// <summary>
/// Logs beside the one whose folder was given. The folder of one log is not the whole audit log, and a reader of "vouched" would take it for that.
/// </summary>
/// <param name="Names">The names of the other logs, none of which was checked.</param>
/// <param name="Statement">The sentence about them; null where there are none.</param>
internal sealed record LogsBeside(IReadOnlyList<string> Names, string? Statement)
{
    private const int Named = 3;

    /// <summary>Looks for other logs.</summary>
    /// <param name="report">The report.</param>
    /// <param name="folder">The folder that was given.</param>
    public static LogsBeside Of(AuditLogReport report, string folder)
    {
        var others = In(folder, out var own, out var parent);
        if (report.Logs.Count != 1 || own is null || others.Count == 0) return new LogsBeside([], null);
        var newer = others.Count(log => log.Number > own.Number);
        var rest = others.Count > Named ? $" and {others.Count - Named} older ones" : "";
        return new LogsBeside([.. others.Select(log => log.Name)],
            $"This is about {own.Name} only. Not checked: {string.Join(", ", others.TakeLast(Named).Select(log => log.Name))}{rest} in {parent}"
            + $"{(newer == 0 ? "" : others.Count == 1 ? $", which began later than {own.Name}" : $", of which {newer} began later than {own.Name}")}. To check every log, give that folder.");
    }

    /// <summary>
    /// Returns whether a file is in the folder of a log, after links are followed: in the folder that is checked, or in any folder that has a log.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="log">The folder that is checked; null for none.</param>
    public static bool IsInLog(string file, string? log)
    {
        try
        {
            if (log is not null && RealPath.IsWithin(file, log)) return true;
            return Path.GetDirectoryName(RealPath.Of(file)) is { } folder && EvidenceLog.At(folder).Count > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // a folder that the auditor may not list
        }
    }

    private static IReadOnlyList<EvidenceLog> In(string folder, out EvidenceLog? own, out string parent)
    {
        (own, parent) = (null, "");
        try
        {
            if (EvidenceLog.In(folder).Count > 0) return [];
            var path = Path.TrimEndingDirectorySeparator(RealPath.Of(folder));
            parent = Path.GetDirectoryName(path) ?? path;
            var all = EvidenceLog.In(parent);
            own = all.FirstOrDefault(log => log.Name == Path.GetFileName(path));
            return [.. all.Where(log => log.Name != Path.GetFileName(path))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // a copy in a folder that the auditor may not list
        }
    }
}
