namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>The result of a validation.</summary>
/// <param name="Verdict">The outcome.</param>
/// <param name="Errors">The first faults found, at most <see cref="SchemaLimits.MaxErrors"/>; one that names the bound when undecided.</param>
/// <param name="Steps">The steps it took, equal for equal input.</param>
public sealed record SchemaResult(SchemaVerdict Verdict, IReadOnlyList<SchemaError> Errors, long Steps)
{
    /// <summary>True when the value fits. Also false when that could not be found out within bounds.</summary>
    public bool IsValid => Verdict == SchemaVerdict.Valid;
}

/// <summary>The outcome of a validation.</summary>
public enum SchemaVerdict
{
    /// <summary>The value does not fit.</summary>
    Invalid = 0,

    /// <summary>The value fits.</summary>
    Valid,

    /// <summary>A bound was reached before the answer was known. An enforcement point treats it as not fitting.</summary>
    Undecided,
}
