using System.Text.Json.Nodes;
using Gatehouse.Policy.Conditions;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>A place of a request or token that conditions read, and the values worth trying there.</summary>
/// <param name="Source">The place; null for the time.</param>
/// <param name="Values">The values; null for none at all. Times stand as ticks of UTC.</param>
internal sealed record CounterexampleVariable(ValueSource? Source, IReadOnlyList<JsonNode?> Values);
