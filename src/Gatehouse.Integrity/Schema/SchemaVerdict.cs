namespace Gatehouse.Integrity.Schema;

/// <summary>The outcome of a validation.</summary>
public enum SchemaVerdict
{
    /// <summary>The value does not fit.</summary>
    Invalid = 0,

    /// <summary>The value fits.</summary>
    Valid,

    /// <summary>A bound was reached before the answer was known. Whoever enforces treats it as not fitting.</summary>
    Undecided,
}
