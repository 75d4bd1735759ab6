using System.Text.Json;

namespace Gatehouse.AuthZen.Serving;

/// <summary>What a search found: entries as the specification writes them, and where to go on.</summary>
/// <param name="Entries">The results of this page, each able to write itself.</param>
/// <param name="NextToken">Where to go on; empty at the end.</param>
/// <param name="IsComplete">False when the policy permits by pattern, so that there may be more than it names.</param>
internal sealed record SearchResult(IReadOnlyList<Action<Utf8JsonWriter>> Entries, string NextToken, bool IsComplete);
