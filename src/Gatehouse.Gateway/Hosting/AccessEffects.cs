using Gatehouse.Gateway.Access;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The effects of the end of a right on what is in progress: streams are cut, a held call is decided again, and questions that the rule of the right
/// asked are closed. What is refused from then on does not depend on them: each decision asks the rights themselves.
/// </summary>
internal sealed class AccessEffects : IDisposable
{
    private readonly GatewayServices services;
    private readonly ExchangeRegistry registry;
    private readonly StreamRights rights;
    private readonly Func<Task> replaceSnapshot;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private Task last = Task.CompletedTask;

    /// <summary>Begins to follow the rights.</summary>
    /// <param name="services">The parts of the host.</param>
    /// <param name="registry">The exchanges in progress.</param>
    /// <param name="rights">Their rights.</param>
    /// <param name="replaceSnapshot">Makes a new generation of the snapshot, by which a held call is decided again.</param>
    public AccessEffects(GatewayServices services, ExchangeRegistry registry, StreamRights rights, Func<Task> replaceSnapshot)
    {
        (this.services, this.registry, this.rights, this.replaceSnapshot) = (services, registry, rights, replaceSnapshot);
        timer = GuardedTimer.Start(services.Options.Time, "rights for a time", EndOver, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, services.Log);
        services.Access.Begun += OnBegun;
        services.Access.Ended += OnEnded;
    }

    /// <summary>Waits for the effects of rights that have ended.</summary>
    public Task SettledAsync()
    {
        lock (gate) return last;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        services.Access.Begun -= OnBegun;
        services.Access.Ended -= OnEnded;
        timer.Dispose();
    }

    private void OnBegun(AccessRight right) => Arm();

    private void OnEnded(AccessRight right)
    {
        rights.EndOfAccess(registry, right);
        Arm();
        lock (gate) last = AfterAsync(last, right);
    }

    // The right itself is over at its time by the clock. This cuts what is in progress, and the sweep writes the entry.
    private void EndOver()
    {
        services.Access.EndOver();
        Arm();
        services.ApprovalWatch.Sweep();
    }

    private void Arm()
    {
        if (services.Access.NextEnd() is not { } end) return;
        var due = end - services.Options.Time.GetUtcNow();
        timer.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    // One after the other, and away from the turn at the question that ended the right.
    private async Task AfterAsync(Task before, AccessRight right)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await replaceSnapshot().ConfigureAwait(false);
            await services.Approvals.Book.CloseAsync(
                (_, facts, _) => ValueTask.FromResult(DependsOn(facts, right) ? "access-ended" : null), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            GuardedTimer.Report(services.Log, "the end of a right", fault);
        }
    }

    private static bool DependsOn(ApprovalFacts facts, AccessRight right) => facts.Access is null && facts.Issuer == right.Issuer
        && facts.Subject == right.Subject && facts.Rules.Any(rule => rule.IsOfPolicy && rule.Source == right.Rule);
}
