using System.Text.Json;

namespace Gatehouse.Cli.Output;

/// <summary>Members of an entry of the audit log. A line of a log that was changed by hand may be any JSON value.</summary>
internal static class EntryMember
{
    /// <summary>Returns a member that is a text; null for none.</summary>
    public static string? Text(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    /// <summary>Returns the time of an entry; null for none.</summary>
    public static DateTimeOffset? Moment(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("at", out var at) && at.ValueKind == JsonValueKind.String
            && at.TryGetDateTimeOffset(out var moment) ? moment : null;
}
