using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>The bounds of a schema and of validating by it. All are counts, none is a time: the same input has the same outcome everywhere.</summary>
public sealed record SchemaLimits
{
    /// <summary>The limits that hold where none are named.</summary>
    public static SchemaLimits Default { get; } = new();

    /// <summary>Most bytes of a schema document. Default 1 MiB.</summary>
    public int MaxSchemaBytes { get; init; } = 1024 * 1024;

    /// <summary>Most schemas within a schema, those of documents that it refers to included. Default 20,000.</summary>
    public int MaxSubschemas { get; init; } = 20_000;

    /// <summary>Most references within a schema. Default 5,000.</summary>
    public int MaxReferences { get; init; } = 5_000;

    /// <summary>Most states of all patterns of a schema together. Default 200,000.</summary>
    public int MaxPatternStates { get; init; } = 200_000;

    /// <summary>Most steps of one validation: schemas applied, members and elements visited, comparisons, pattern work. Default 2,000,000.</summary>
    public int MaxSteps { get; init; } = 2_000_000;

    /// <summary>Most schemas applied within one another. Default 400; a schema that refers to itself in place ends here.</summary>
    public int MaxEvaluationDepth { get; init; } = 400;

    /// <summary>Most faults that a validation names. Default 20.</summary>
    public int MaxErrors { get; init; } = 20;

    /// <summary>Nesting of documents that are read as schema or value: that of messages.</summary>
    internal static JsonDocumentOptions Nesting { get; } = new() { MaxDepth = MessageLimits.Default.MaxDepth };
}
