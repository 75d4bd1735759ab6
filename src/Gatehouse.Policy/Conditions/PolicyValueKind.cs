namespace Gatehouse.Policy.Conditions;

/// <summary>Type of a value. Values of different types are never compared: the outcome is undecidable.</summary>
public enum PolicyValueKind
{
    /// <summary>There is none.</summary>
    Absent,

    /// <summary>A string.</summary>
    Text,

    /// <summary>A number that every reader reads alike.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>Null, a list, a mapping, a text too long to look at, or a number that readers round differently.</summary>
    Other,
}
