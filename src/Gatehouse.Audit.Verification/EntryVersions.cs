using System.Text.Json;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Versions of the event model that are read (design rule 16): that of this program, and one newer version as it is, because the model only grows.
/// Anything else is refused.
/// </summary>
internal static class EntryVersions
{
    /// <summary>The newest version that is read.</summary>
    public const int Newest = AuditEntry.ModelVersion + 1;

    /// <summary>The version of an entry; null where it has no version, or one before the first release.</summary>
    public static int? Of(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("v", out var version) && version.ValueKind == JsonValueKind.Number
            && version.TryGetInt32(out var number) && number >= AuditEntry.ModelVersion ? number : null;
}
