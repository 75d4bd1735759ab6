namespace Gatehouse.Administration;

/// <summary>What came of an act, with the type of its result.</summary>
/// <typeparam name="TResult">The type of the result.</typeparam>
internal sealed record ActOutcome<TResult> : ActOutcome
    where TResult : class
{
    private ActOutcome(TResult? result, ActRefusal? refusal)
        : base(result, refusal)
    {
    }

    /// <summary>The result; null when the act was refused.</summary>
    public TResult? Result => (TResult?)Value;

    public static implicit operator ActOutcome<TResult>(TResult result) => new(result, null);

    public static implicit operator ActOutcome<TResult>(ActRefusal refusal) => new(null, refusal);
}
