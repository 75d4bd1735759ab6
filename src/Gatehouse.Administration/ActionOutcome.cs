namespace Gatehouse.Administration;

/// <summary>The outcome of an action.</summary>
/// <param name="Value">The result, or null when the action was refused.</param>
/// <param name="Refusal">The refusal; null when the action was done.</param>
internal record ActionOutcome(object? Value, ActionRefusal? Refusal)
{
    /// <summary>False where the action was done and an entry about it could not be made durable.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>True where the action ended with a fault of ours, so that nothing is known of its target.</summary>
    public bool HasFailed { get; init; }
}

/// <summary>The outcome of an action, with the type of its result.</summary>
/// <typeparam name="TResult">The type of the result.</typeparam>
internal sealed record ActionOutcome<TResult> : ActionOutcome
    where TResult : class
{
    private ActionOutcome(TResult? result, ActionRefusal? refusal)
        : base(result, refusal)
    {
    }

    /// <summary>The result, or null when the action was refused.</summary>
    public TResult? Result => (TResult?)Value;

    public static implicit operator ActionOutcome<TResult>(TResult result) => new(result, null);

    public static implicit operator ActionOutcome<TResult>(ActionRefusal refusal) => new(null, refusal);
}
