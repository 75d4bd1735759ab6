using System.Text;
using System.Text.Json;
using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Search;

/// <summary>The evidence logs of a folder. The place of an entry is its index in the log.</summary>
/// <param name="directory">The folder.</param>
/// <param name="opener">Opens what entries say about persons; null leaves it sealed.</param>
public sealed class LogSource(string directory, IEntryOpener? opener = null) : ILogSource
{
    /// <inheritdoc />
    public string State => opener?.State ?? "";

    /// <inheritdoc />
    public IReadOnlyList<string> Logs() => [.. In().Select(log => log.Name)];

    /// <inheritdoc />
    public long? SizeOf(string log)
    {
        if (In().Find(one => one.Name == log) is not { } found) return null;
        using var snapshot = found.Open();
        return snapshot.Checkpoint?.Size;
    }

    /// <inheritdoc />
    public IReadOnlyList<AbsentRange> Absent() => [.. EvidenceLog.In(directory).SelectMany(ArchivedEntries.In)];

    /// <inheritdoc />
    public IEnumerable<SourceEntry> ReadFrom(EntryPosition? from)
    {
        var logs = In(); // first: the writer begins a new one while another is read
        var isInLog = from is { } known && logs.Exists(log => log.Name == known.Log);
        foreach (var log in logs.SkipWhile(log => isInLog && log.Name != from!.Value.Log))
        {
            using var snapshot = log.Open();
            foreach (var place in snapshot.Entries(isInLog && log.Name == from!.Value.Log ? from.Value.Index : 0))
            {
                if (AuditLogReader.Whole(place, snapshot) is { } json)
                    yield return new SourceEntry(new EntryPosition(place.Log, place.Index), Opened(json));
            }
        }
    }

    // A name that is no log is among the absent ones, so that the answer names it.
    private List<EvidenceLog> In() => [.. EvidenceLog.In(directory).Where(static log => log.IsRead)];

    private ReadOnlyMemory<byte> Opened(ReadOnlyMemory<byte> json)
    {
        if (opener is null || json.Span.IndexOf("\"personal\":["u8) < 0) return json;
        using var document = JsonDocument.Parse(json);
        return Encoding.UTF8.GetBytes(opener.Open(document.RootElement).GetRawText());
    }
}
