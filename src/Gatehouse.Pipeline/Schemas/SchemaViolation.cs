using Gatehouse.Integrity.Schema;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Schemas;

/// <summary>How a value deviates from its schema: where, and by which keyword. Never the value.</summary>
/// <param name="At">JSON Pointer of the place in the value: names that whoever wrote the value chose. Empty for the whole.</param>
/// <param name="Keyword">The keyword of the schema.</param>
/// <param name="Rule">For the log: keyword and its place in the schema, in bounded printable ASCII. Nothing of the value stands in it.</param>
public sealed record SchemaViolation(string At, string Keyword, string Rule)
{
    private const int LongestPlace = 256;

    /// <summary>For arguments: everything that does not fit, for the caller. Empty where nothing of the caller's is at fault.</summary>
    public IReadOnlyList<InstanceLocation> Places { get; init; } = [];

    /// <summary>The schema itself cannot be used, so nothing fits it (design rule 10).</summary>
    public static SchemaViolation Unusable { get; } = new("", "schema", "schema-unusable");

    /// <summary>The arguments, or what else must be one, are no object.</summary>
    public static SchemaViolation NoObject { get; } =
        new("", "type", "type: not an object") { Places = [ArgumentFaults.Of("", "type", "is not an object")] };

    /// <summary>A result has no structured content, though its tool declares what that looks like.</summary>
    public static SchemaViolation Missing { get; } = new("", "required", "structuredContent is missing");

    /// <summary>The deviation of a call's arguments, with all its places; null when they fit.</summary>
    /// <param name="result">What the validation found.</param>
    /// <param name="schema">The schema as the server wrote it.</param>
    public static SchemaViolation? OfArguments(SchemaResult result, ReadOnlySpan<byte> schema)
    {
        if (Of(result) is not { } deviation) return null;
        return result.Verdict == SchemaVerdict.Undecided || result.Errors.Count == 0
            ? deviation with { Places = [ArgumentFaults.Of("", deviation.Keyword, "could not be checked within the bounds of a check")] }
            : deviation with { Places = ArgumentFaults.Of(result, schema) };
    }

    /// <summary>The first deviation that a validation found; null when the value fits. What could not be decided within bounds does not.</summary>
    public static SchemaViolation? Of(SchemaResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.IsValid) return null;
        if (result.Verdict == SchemaVerdict.Undecided || result.Errors.Count == 0)
            return new SchemaViolation("", "undecided", "undecided within bounds");
        var first = result.Errors[0];
        return new SchemaViolation(Cut(first.InstancePath), first.Keyword, PrintableText.Of($"{first.Keyword} {first.SchemaPath}"));
    }

    private static string Cut(string place) => place.Length <= LongestPlace ? place : place[..LongestPlace];
}
