using Gatehouse.Pipeline.Bounds;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Containment;

/// <summary>
/// Writes the entries about containments that are missing, repeats steps of containments that failed, and voids questions, states and releases that
/// came while their subject was being contained. One run at a time.
/// </summary>
internal sealed class ContainmentSweep(
    ContainmentRegister register, ContainmentState state, ContainmentEffects effects, IContainmentHost host, ILogger log)
{
    private readonly Lock gate = new();
    private Task running = Task.CompletedTask;

    /// <summary>Begins a run, where none is in progress and there is something to do.</summary>
    public void Run()
    {
        lock (gate)
        {
            var isDue = !register.IsSettled || effects.IsUnfinished || state.Current.All.Count > 0;
            if (running.IsCompleted && isDue) running = Task.Run(SweepAsync);
        }
    }

    /// <summary>Waits for the run in progress.</summary>
    public Task SettledAsync()
    {
        lock (gate) return running;
    }

    private async Task SweepAsync()
    {
        try
        {
            if (!register.IsSettled) await SettleAsync().ConfigureAwait(false);
            await effects.FinishAsync(state.Current).ConfigureAwait(false);
            if (state.Current.All.Count == 0) return;
            host.VoidStates(state.Current); // an answer that was being sent may have given one out
            await host.CloseQuestionsAsync(state.Current).ConfigureAwait(false);
            await effects.DeleteReleasesAsync(state.Current).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            GuardedTimer.Report(log, "containments", fault);
        }
    }

    // The effects come outside the turn: they wait for a reload.
    private async Task SettleAsync()
    {
        var (found, isReleased) = await register.InTurnAsync(register.SettleAsync).ConfigureAwait(false);
        foreach (var one in found) await effects.ApplyAsync(one).ConfigureAwait(false);
        if (isReleased) await host.ReplaceRulesAsync().ConfigureAwait(false);
    }
}
