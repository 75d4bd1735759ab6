using System.Text.Json.Serialization;

namespace Gatehouse.Audit.Search;

/// <summary>Counts of entries.</summary>
/// <param name="Entries">All entries that the filter finds.</param>
/// <param name="By">Counts by facet (<c>verdict</c>, <c>server</c>, <c>tool</c>, <c>code</c>, <c>method</c>, <c>finding</c>, <c>act</c>,
/// <c>issuer</c>).</param>
public sealed record EntryCounts(
    [property: JsonPropertyName("entries")] long Entries,
    [property: JsonPropertyName("by")] IReadOnlyDictionary<string, IReadOnlyList<EntryCount>> By)
{
    /// <summary>The issuers of callers and administrators, those of most entries first.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Issuers => [.. By.GetValueOrDefault(EntryTerm.Issuer, []).Select(one => one.Value)];
}

/// <summary>The number of entries with a value.</summary>
/// <param name="Value">The value.</param>
/// <param name="Entries">The number.</param>
public sealed record EntryCount([property: JsonPropertyName("value")] string Value, [property: JsonPropertyName("entries")] long Entries);
