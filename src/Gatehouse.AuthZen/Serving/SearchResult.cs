using System.Text.Json;

namespace Gatehouse.AuthZen.Serving;

/// <summary>The results of a search: entries in the form of the specification, and the position to continue from.</summary>
/// <param name="Entries">The results of this page, each able to write itself.</param>
/// <param name="NextToken">The position to continue from; empty at the end.</param>
/// <param name="IsComplete">False when the policy permits by pattern, so that there may be more than it names.</param>
internal sealed record SearchResult(IReadOnlyList<Action<Utf8JsonWriter>> Entries, string NextToken, bool IsComplete);
