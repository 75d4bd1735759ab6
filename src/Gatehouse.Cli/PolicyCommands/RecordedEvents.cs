using System.Text.Json;
using Gatehouse.Audit.Search;
using Gatehouse.Policy.Analysis.Recorded;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>Requests that an audit log has.</summary>
internal static class RecordedEvents
{
    /// <summary>Returns the decided requests since a moment, oldest first, each exchange once.</summary>
    public static IEnumerable<RecordedRequest> Read(string folder, DateTimeOffset since)
    {
        var begun = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in OpenedLog.Read(folder, TimeProvider.System))
        {
            if (RecordedRequest.Of(entry) is not { } request || request.At < since) continue;
            if (!IsSecondOf(entry, request, begun)) yield return request;
        }
    }

    // An exchange that acts has a begun and an ended entry. Ids are removed with the second, so that only exchanges under way are kept.
    private static bool IsSecondOf(JsonElement entry, RecordedRequest request, HashSet<string> begun)
    {
        if (entry.GetProperty("kind").GetString() == "ended") return begun.Remove(request.Id);
        begun.Add(request.Id);
        return false;
    }
}
