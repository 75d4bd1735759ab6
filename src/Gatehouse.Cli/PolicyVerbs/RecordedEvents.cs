using System.CommandLine;
using System.Text.Json;
using Gatehouse.Audit;
using Gatehouse.Policy;

namespace Gatehouse.Cli;

/// <summary>Finds the audit log of a configuration and reads requests from it.</summary>
internal static class RecordedEvents
{
    /// <summary>The folder; null, and a message, when there is none.</summary>
    public static string? Folder(PolicyInput input, string? named)
    {
        var folder = named ?? input.Settings?.Audit.Directory ?? (input.Settings is { } settings ? Path.Combine(settings.StateDirectory, "audit") : null);
        if (folder is not null && Directory.Exists(folder)) return folder;
        Terminal.Fault(folder is null ? "the audit log is not known" : $"there is no audit log in {folder}");
        Terminal.Hint("name its folder with --log, or the configuration with --config");
        return null;
    }

    /// <summary>The decided requests since a moment, oldest first, each exchange once.</summary>
    public static IEnumerable<RecordedRequest> Read(string folder, DateTimeOffset since)
    {
        var begun = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in AuditLogReader.Read(folder))
        {
            if (RecordedRequest.Of(entry) is not { } request || request.At < since) continue;
            if (!IsSecondOf(entry, request, begun)) yield return request;
        }
    }

    // An exchange that acts has a begun and an ended entry. Ids are let go with the second, so that what is kept is what is under way.
    private static bool IsSecondOf(JsonElement entry, RecordedRequest request, HashSet<string> begun)
    {
        if (entry.GetProperty("kind").GetString() == "ended") return begun.Remove(request.Id);
        begun.Add(request.Id);
        return false;
    }
}
