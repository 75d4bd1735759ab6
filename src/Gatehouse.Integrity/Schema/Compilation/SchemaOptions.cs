using System.Collections.Frozen;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Schema.Compilation;

/// <summary>The options of a compilation.</summary>
public sealed record SchemaOptions
{
    /// <summary>Default limits, no documents, formats as annotations.</summary>
    public static SchemaOptions Default { get; } = new();

    /// <summary>The bounds.</summary>
    public SchemaLimits Limits { get; init; } = SchemaLimits.Default;

    /// <summary>
    /// Documents that references may name, by absolute URI without fragment. Nothing is ever fetched; the published meta-schemas are always
    /// there. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Documents { get; init; } = FrozenDictionary<string, ReadOnlyMemory<byte>>.Empty;

    /// <summary>
    /// True when <c>format</c> is checked where the dialect leaves it open. Default false, as JSON Schema 2020-12 validation section 7.2.1 says.
    /// </summary>
    public bool AssertFormats { get; init; }
}
