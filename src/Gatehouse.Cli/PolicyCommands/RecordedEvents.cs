using System.Text.Json;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Verification;
using Gatehouse.Cli.Output;
using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>The decided requests that an audit log has since a moment.</summary>
/// <param name="folder">The folder of the log.</param>
/// <param name="since">The moment.</param>
internal sealed class RecordedEvents(string folder, DateTimeOffset since)
{
    private readonly HashSet<string> begun = new(StringComparer.Ordinal);

    /// <summary>Number of requests that were read so far and cannot be evaluated, because nothing in the log says who made them.</summary>
    public int WithoutCaller { get; private set; }

    /// <summary>Returns the requests, oldest first, each exchange once.</summary>
    public IEnumerable<RecordedRequest> Read()
    {
        foreach (var entry in OpenedLog.Read(folder, TimeProvider.System))
        {
            if (RecordedRequest.Of(entry) is not { } request) Skip(entry);
            else if (request.At >= since && !IsSecondOf(entry, request.Id)) yield return request;
        }
    }

    /// <summary>Returns the moment of the last change of the configuration that a log has; the default where it has none.</summary>
    public static DateTimeOffset LastChange(string folder)
    {
        DateTimeOffset found = default;
        foreach (var entry in AuditLogReader.Read(folder))
        {
            if (EntryMember.Text(entry, "act") == "configuration.applied" && EntryMember.Text(entry, "previous") is { Length: > 0 } previous
                && previous != EntryMember.Text(entry, "digest")
                && EntryMember.Moment(entry) is { } moment) found = moment;
        }

        return found;
    }

    /// <summary>Says on standard error how many requests were not evaluated, if there are any.</summary>
    public void Warn()
    {
        if (WithoutCaller == 0) return;
        Terminal.Note($"{Counted.Of(WithoutCaller, "recorded request")} not evaluated: the log does not say who made them. The facts about these people "
            + "were erased, or the keys of the log are not beside it.");
    }

    private void Skip(JsonElement entry)
    {
        if (RecordedRequest.IdWithoutCaller(entry) is not { } id) return;
        if (EntryMember.Moment(entry) >= since && !IsSecondOf(entry, id)) WithoutCaller++;
    }

    // An exchange that acts has a begun and an ended entry. Ids are removed with the second, so that only exchanges under way are kept.
    private bool IsSecondOf(JsonElement entry, string id)
    {
        if (entry.GetProperty("kind").GetString() == "ended") return begun.Remove(id);
        begun.Add(id);
        return false;
    }
}
