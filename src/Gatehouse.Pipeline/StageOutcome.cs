using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>How a stage ended: the exchange goes on, or it ends here with a reason.</summary>
public readonly struct StageOutcome
{
    private StageOutcome(Refusal? refusal) => Refusal = refusal;

    /// <summary>The exchange goes on.</summary>
    public static StageOutcome Continue => default;

    /// <summary>Why the exchange ends here; null when it goes on.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Ends the exchange.</summary>
    public static StageOutcome Deny(Reason reason, string? detail = null) => new(new Refusal(reason, detail));

    /// <summary>Ends the exchange.</summary>
    public static StageOutcome Deny(Refusal refusal) => new(refusal);
}
