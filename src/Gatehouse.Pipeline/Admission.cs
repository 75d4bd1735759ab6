using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>The outcome of one admission step: the message may pass on, the gateway has answered it, or the exchange ends with a refusal.</summary>
internal readonly struct Admission
{
    private Admission(Refusal? refusal, bool ends)
    {
        Refusal = refusal;
        Ends = ends;
    }

    /// <summary>The outcome by which the next step runs.</summary>
    public static Admission Pass => default;

    /// <summary>The outcome of a step in which the gateway has answered: no server gets the message.</summary>
    public static Admission Answered => new(null, ends: true);

    /// <summary>The reason why the exchange ends here; null where it continues or is answered.</summary>
    public Refusal? Refusal { get; }

    /// <summary>True where no later step runs and nothing is sent.</summary>
    public bool Ends { get; }

    /// <summary>Returns the outcome of a verdict: the step passes where there is no reason to refuse.</summary>
    public static Admission Of(Refusal? refusal) => new(refusal, ends: refusal is not null);

    /// <summary>Returns the outcome of a verdict that may still be pending.</summary>
    public static ValueTask<Admission> Of(ValueTask<Refusal?> judging) =>
        judging.IsCompletedSuccessfully ? new(Of(judging.Result)) : OfPendingAsync(judging);

    /// <summary>Returns the outcome of work that refuses by an exception only.</summary>
    public static ValueTask<Admission> After(ValueTask work) => work.IsCompletedSuccessfully ? default : AfterAsync(work);

    private static async ValueTask<Admission> OfPendingAsync(ValueTask<Refusal?> judging) => Of(await judging.ConfigureAwait(false));

    private static async ValueTask<Admission> AfterAsync(ValueTask work)
    {
        await work.ConfigureAwait(false);
        return Pass;
    }
}
