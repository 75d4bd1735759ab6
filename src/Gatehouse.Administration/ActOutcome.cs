namespace Gatehouse.Administration;

/// <summary>What came of an act.</summary>
/// <param name="Value">The result; null when the act was refused.</param>
/// <param name="Refusal">Why it was refused; null when it was done.</param>
internal record ActOutcome(object? Value, ActRefusal? Refusal)
{
    /// <summary>False where the act is done and an entry about it could not be made durable.</summary>
    public bool IsDurable { get; init; } = true;
}
