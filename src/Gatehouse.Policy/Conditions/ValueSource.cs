namespace Gatehouse.Policy.Conditions;

/// <summary>The place of the value that a condition tests.</summary>
/// <param name="Kind">Argument, claim or variable.</param>
/// <param name="Path">The parts of the path: the name of an argument and what is inside it; <c>*</c> for every entry of a list.</param>
public sealed record ValueSource(ValueSourceKind Kind, JsonPath Path)
{
    /// <inheritdoc />
    public override string ToString() => Kind switch
    {
        ValueSourceKind.Argument => $"argument {Path}",
        ValueSourceKind.Claim => $"claim {Path}",
        _ => $"variable {Path}",
    };
}
