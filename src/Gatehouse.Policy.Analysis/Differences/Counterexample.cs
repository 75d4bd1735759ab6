using System.Text.Json.Nodes;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Conditions;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>The result of the search for arguments, claims and a time.</summary>
/// <param name="Found">A caller and a request that do, or null when none was found.</param>
/// <param name="IsImpossible">True when none was found and everything that could matter was tried.</param>
internal sealed record Counterexample((PolicyCaller Caller, PolicyRequest Request)? Found, bool IsImpossible)
{
    public static Counterexample Impossible { get; } = new(null, true);

    public static Counterexample Unknown { get; } = new(null, false);
}

/// <summary>A place of a request or token that conditions read, and the values worth trying there.</summary>
/// <param name="Source">The place, or null for the time.</param>
/// <param name="Values">The values; null for none at all. Times are ticks of UTC.</param>
internal sealed record CounterexampleVariable(ValueSource? Source, IReadOnlyList<JsonNode?> Values);
