using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Requests;

/// <summary>The stage that inspects requests, and judges a message once more after a later decision about it.</summary>
public interface IInspectRequestStage : IStage
{
    /// <summary>The rules, in order.</summary>
    IReadOnlyList<IRequestRule> Rules { get; }

    /// <summary>
    /// Judges the message of an exchange once more, because it was edited or held: by the facts of the newest decision, such as the definition of
    /// the tool that it now calls.
    /// </summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="isReleased">True when a person approved it under an earlier configuration: then the rules for its content apply as well.</param>
    /// <param name="cancellation">Ends the judgement.</param>
    /// <returns>The reason why the exchange ends; null when it continues.</returns>
    ValueTask<Refusal?> JudgeAgainAsync(Exchange exchange, bool isReleased, CancellationToken cancellation);
}
