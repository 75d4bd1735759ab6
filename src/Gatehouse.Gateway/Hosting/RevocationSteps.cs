using Gatehouse.Pipeline;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The steps of a revocation. Threat: a caller fills the disk, or holds the store, and is revoked for it. The list in memory has the revocation
/// before the store is asked: what is open ends meanwhile, and where one step is refused the others are done nevertheless.
/// </summary>
internal class RevocationSteps
{
    /// <summary>The name by which the range may replace it.</summary>
    public static PartName<Func<RevocationSteps>> Part { get; } = new("revocation-steps");

    private readonly List<Task> begun = [];
    private Exception? first;

    /// <summary>Begins a step that may wait for the store. The steps after it do not wait for it; those of the range do.</summary>
    public virtual Task BeginAsync(Func<Task> step)
    {
        begun.Add(RunAsync(step));
        return Task.CompletedTask;
    }

    /// <summary>Runs a step. A refusal of the store is thrown by <see cref="EndAsync"/>.</summary>
    public async Task RunAsync(Func<Task> step)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is StoreException or InvalidOperationException)
        {
            Interlocked.CompareExchange(ref first, fault, null);
        }
    }

    /// <summary>Waits for the steps that began.</summary>
    /// <exception cref="StoreException">A step was refused.</exception>
    public async Task EndAsync()
    {
        await Task.WhenAll(begun).ConfigureAwait(false);
        if (first is not { } fault) return;
        throw new StoreException(fault is StoreException
            ? $"{fault.Message} What was to be revoked is refused in this process. Not everything was stored, and what is missing ends with the next "
                + "start: repeat the command once there is room."
            : "The list of revocations is full. What was in progress has ended, and valid tokens are still accepted: contain the caller, or wait "
                + "until earlier revocations lapse.", fault);
    }
}
