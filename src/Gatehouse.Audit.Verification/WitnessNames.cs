using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Verification;

/// <summary>Witnesses in words: the name of each, with the operator that the auditor gave.</summary>
internal static class WitnessNames
{
    /// <summary>Returns the name, with the operator in parentheses.</summary>
    public static string Of(IReadOnlyList<WitnessKey> witnesses, string name) =>
        $"{name} ({witnesses.FirstOrDefault(witness => witness.Key.Name == name && witness.Operator is not null)?.Operator ?? "operator not given"})";

    /// <summary>Returns all of them, each once.</summary>
    public static string Of(IReadOnlyList<WitnessKey> witnesses) =>
        string.Join(", ", witnesses.Select(witness => witness.Key.Name).Distinct(StringComparer.Ordinal).Select(name => Of(witnesses, name)));
}
