using System.Globalization;
using Gatehouse.Diagnostics;
using Gatehouse.Outbound;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Secrets;

/// <summary>
/// Reads secrets of vaults outside of this machine again when their time has come, and reports a new value, an outage and its end. One round runs at
/// a time, so that no reference is read twice in parallel.
/// </summary>
internal sealed class VaultWatch(SecretResolver secrets, ILogger log) : IAsyncDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly Lock gate = new();
    private Task round = Task.CompletedTask;

    /// <summary>Begins a round where a reference is due and none is in progress.</summary>
    public void Look()
    {
        lock (gate)
        {
            if (!round.IsCompleted || ended.IsCancellationRequested) return;
            var due = secrets.OfVaults.Where(static one => one.IsDue).ToList();
            if (due.Count > 0) round = RunAsync(due);
        }
    }

    /// <summary>Waits for the round in progress.</summary>
    internal Task SettledAsync()
    {
        lock (gate) return round;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync().ConfigureAwait(false);
        await SettledAsync().ConfigureAwait(false);
        ended.Dispose();
    }

    private async Task RunAsync(IReadOnlyList<VaultedSecret> due)
    {
        try
        {
            var bounds = new ParallelOptions { MaxDegreeOfParallelism = SecretResolver.MostReadsOfVaults, CancellationToken = ended.Token };
            await Parallel.ForEachAsync(due, bounds, async (one, cancellation) => await ReadAsync(one, cancellation).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The gateway ends.
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            log.Write(OperatorEvents.PartFault, LogValue.Code("secrets of vaults"), LogValue.CauseAndPlace(fault));
        }
    }

    private async Task ReadAsync(VaultedSecret secret, CancellationToken cancellation)
    {
        var reference = LogValue.Configured(secret.Reference.ToString());
        var hadFault = secret.Fault is not null;
        try
        {
            var isNew = await secrets.ReadAgainAsync(secret, cancellation).ConfigureAwait(false);
            if (hadFault) log.Write(OperatorEvents.VaultAvailable, reference);
            if (isNew) log.Write(OperatorEvents.VaultSecretChanged, reference);
        }
        catch (VaultReadException fault)
        {
            var (isFirst, isEnd) = secret.Fail(fault);
            var cause = LogValue.Configured(fault.CauseAndRemedy);
            var until = LogValue.Code(secret.Until.ToString("u", CultureInfo.InvariantCulture));
            if (isEnd) log.Write(OperatorEvents.VaultSecretEnded, cause, reference);
            else if (isFirst) log.Write(OperatorEvents.VaultUnavailable, cause, reference, until);
        }
    }
}
