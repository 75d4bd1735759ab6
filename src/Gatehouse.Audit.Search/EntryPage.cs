using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Audit.Search;

/// <summary>Entries that were found.</summary>
/// <param name="Entries">The entries, each without its sealed payload.</param>
/// <param name="Next">The place behind which the next page begins; null where there is no further entry now.</param>
/// <param name="Last">The place of the last entry of this page; null for an empty page.</param>
public sealed record EntryPage(IReadOnlyList<JsonElement> Entries, string? Next, string? Last)
{
    /// <summary>The positions of the entries in their logs, in the same order.</summary>
    [JsonIgnore]
    public IReadOnlyList<EntryPosition> Positions { get; init; } = [];
}
