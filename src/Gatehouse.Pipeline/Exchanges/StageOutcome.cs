using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>The outcome of a stage: the exchange continues, or it ends here with a reason.</summary>
public readonly struct StageOutcome
{
    private StageOutcome(Refusal? refusal) => Refusal = refusal;

    /// <summary>The outcome by which the exchange continues.</summary>
    public static StageOutcome Continue => default;

    /// <summary>The reason why the exchange ends here; null when it continues.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Ends the exchange.</summary>
    public static StageOutcome Deny(Reason reason, string? detail = null) => new(new Refusal(reason, detail));

    /// <summary>Ends the exchange.</summary>
    public static StageOutcome Deny(Refusal refusal) => new(refusal);
}
