using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Files of kept requests whose keys retention has destroyed. They open no more, and would count against <c>audit.maxTotalBytes</c> without limit. No
/// further entry names them: the entry <c>audit.retention</c> has the month, and the entry of the request its time.
/// </summary>
/// <param name="logs">The folder of the logs.</param>
internal sealed class ExpiredPayloads(string logs)
{
    private int done; // the month up to which files were deleted by this process

    private static ReadOnlySpan<byte> Member => "\"payload\":\"sha256:"u8;

    /// <summary>Deletes the files of requests that were made before a month. Their keys must be destroyed, and the log must say so.</summary>
    /// <param name="month">The month, as <see cref="SubjectKeys.MonthOf"/> counts.</param>
    /// <exception cref="IOException">A log cannot be read, or a file not deleted. The next call tries again.</exception>
    public void Delete(int month)
    {
        if (month <= done) return;
        foreach (var log in EvidenceLog.In(logs).Where(static log => log.IsFolder)) Delete(log, month);
        done = month;
    }

    // The log is read only where there are files, and only until each has been met.
    private static void Delete(EvidenceLog log, int month)
    {
        var files = FilesOf(log.Path);
        if (files.Count == 0) return;
        using var snapshot = log.Open();
        foreach (var entry in snapshot.Entries())
        {
            if (entry.Bytes.Span.IndexOf(Member) < 0) continue;
            if (Facts(entry) is not { } facts) continue;
            if (facts.Kind == "control" || facts.Text("payload") is not { } payload || !files.Remove(payload)) continue;
            // A request is sealed before its entry is made, so its key is of the same month or of an earlier one.
            if (SubjectKeys.MonthOf(facts.At) < month)
            {
                foreach (var path in LogSnapshot.PayloadFiles(payload)) File.Delete(Path.Combine(log.Path, path));
            }

            if (files.Count == 0) return;
        }
    }

    // An entry that is damaged, or of a version that is not read, names no request here. The files of the others are deleted nevertheless.
    private static EntryFacts? Facts(LoggedEntry entry)
    {
        try
        {
            return AuditLogReader.TryRead(entry, out var element) ? new EntryFacts(element) : null;
        }
        catch (AuditVersionException)
        {
            return null;
        }
    }

    private static HashSet<string> FilesOf(string log)
    {
        var folder = Path.Combine(log, "payloads");
        return !Directory.Exists(folder) ? [] :
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).OfType<string>()
                .Where(LogLayout.IsDigest).Select(static digest => "sha256:" + digest),
        ];
    }
}
