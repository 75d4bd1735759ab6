using Gatehouse.Audit;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Schemas;

/// <summary>The deviation of a value from its schema: the place and the keyword. Never the value.</summary>
/// <param name="At">JSON Pointer of the place in the value, which contains names chosen by the author of the value. Empty for the whole.</param>
/// <param name="Keyword">The keyword of the schema.</param>
/// <param name="Rule">For the log: the keyword, or another word of the gateway.</param>
public sealed record SchemaViolation(string At, string Keyword, string Rule)
{
    private const int LongestPlace = 256;

    /// <summary>
    /// For the log: the place of the keyword in the schema, in bounded printable ASCII, or null. It has names that the server chose, and nothing of
    /// the value.
    /// </summary>
    public string? Place { get; init; }

    /// <summary>Returns the part of the record for the deviation.</summary>
    /// <param name="outcome">The consequence.</param>
    /// <param name="check">The check that found it.</param>
    internal AuditPart PartOf(AuditOutcome outcome, string check) => new(AuditPartKind.Rule, outcome, check, Rule) { Words = Place };

    /// <summary>For arguments: every fault, for the caller. Empty when the caller's arguments have none.</summary>
    public IReadOnlyList<InstanceLocation> Places { get; init; } = [];

    /// <summary>The schema itself cannot be used, so no value matches it (design rule 10).</summary>
    public static SchemaViolation Unusable { get; } = new("", "schema", "schema-unusable");

    /// <summary>The arguments, or another value that must be an object, are not an object.</summary>
    public static SchemaViolation NoObject { get; } =
        new("", "type", "type: not an object") { Places = [ArgumentFaults.Of("", "type", "is not an object")] };

    /// <summary>A result has no structured content, although its tool declares an output schema.</summary>
    public static SchemaViolation Missing { get; } = new("", "required", "structuredContent is missing");

    /// <summary>Returns the deviation of a call's arguments, with all its places; null when they match.</summary>
    /// <param name="result">The result of the validation.</param>
    /// <param name="schema">The schema as the server wrote it.</param>
    public static SchemaViolation? OfArguments(SchemaResult result, ReadOnlySpan<byte> schema)
    {
        if (Of(result) is not { } deviation) return null;
        return result.Verdict == SchemaVerdict.Undecided || result.Errors.Count == 0
            ? deviation with { Places = [ArgumentFaults.Of("", deviation.Keyword, "could not be checked within the bounds of a check")] }
            : deviation with { Places = ArgumentFaults.Of(result, schema) };
    }

    /// <summary>
    /// Returns the first deviation that a validation found; null when the value matches. A value that could not be decided within bounds does not
    /// match.
    /// </summary>
    public static SchemaViolation? Of(SchemaResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.IsValid) return null;
        if (result.Verdict == SchemaVerdict.Undecided || result.Errors.Count == 0)
            return new SchemaViolation("", "undecided", "undecided within bounds");
        var first = result.Errors[0];
        return new SchemaViolation(Cut(first.InstancePath), first.Keyword, first.Keyword) { Place = PrintableText.Of(first.SchemaPath) };
    }

    private static string Cut(string place) => place.Length <= LongestPlace ? place : place[..LongestPlace];
}
