using Gatehouse.Gateway.Access;
using Gatehouse.Gateway.Access.Entra;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The effects of the end of a right on what is in progress: streams are cut, a held call is decided again, and questions that the rule of the right
/// asked are closed. What is refused from then on does not depend on them: each decision asks the rights themselves.
/// </summary>
internal sealed class AccessEffects : IAsyncDisposable
{
    private readonly GatewayServices services;
    private readonly ExchangeRegistry registry;
    private readonly StreamRights rights;
    private readonly Func<Task> replaceSnapshot;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly SingleRun<IReadOnlyList<AccessRight>> runs;

    /// <summary>Begins to follow the rights.</summary>
    /// <param name="services">The parts of the host.</param>
    /// <param name="registry">The exchanges in progress.</param>
    /// <param name="rights">Their rights.</param>
    /// <param name="replaceSnapshot">Makes a new generation of the snapshot, by which a held call is decided again.</param>
    public AccessEffects(GatewayServices services, ExchangeRegistry registry, StreamRights rights, Func<Task> replaceSnapshot)
    {
        (this.services, this.registry, this.rights, this.replaceSnapshot) = (services, registry, rights, replaceSnapshot);
        // At most as many rights as there may be at a time come together, and those of runs that failed.
        runs = new SingleRun<IReadOnlyList<AccessRight>>("the end of rights", static (one, other) => [.. one, .. other], AfterAsync, services.Log);
        timer = GuardedTimer.Start(services.Options.Time, "rights for a time", EndOver, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, services.Log);
        services.Access.Begun += OnBegun;
        services.Access.Ended += OnEnded;
        services.EntraRights.Ended += OnEnded;
    }

    /// <summary>Waits for the effects of rights that have ended.</summary>
    public Task SettledAsync() => runs.SettledAsync();

    /// <summary>Repeats the effects that failed.</summary>
    public void Repeat() => runs.BeginFailed();

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        services.Access.Begun -= OnBegun;
        services.Access.Ended -= OnEnded;
        services.EntraRights.Ended -= OnEnded;
        timer.Dispose();
        return runs.DisposeAsync();
    }

    private void OnBegun(AccessRight right) => Arm();

    private void OnEnded(AccessRight right)
    {
        rights.EndOfAccess(registry, right);
        runs.Begin([right]);
    }

    private void OnEnded(EntraRight right, string id, string why)
    {
        var now = services.Options.Time.GetUtcNow();
        var rules = services.Snapshots.Current.Policy.Rules
            .Where(rule => rule.Access?.Entra == right.Assignment).Select(static rule => rule.Id).ToList();
        // A reload removed the rules, and with them the names of their servers: streams at all servers are cut.
        foreach (var rule in rules.DefaultIfEmpty(""))
            OnEnded(new AccessRight(id, right.Person.Issuer, right.Person.Subject, rule, "", now));
    }

    // The right itself is over at its time by the clock. This cuts what is in progress, and the sweep writes the entry.
    private void EndOver()
    {
        services.Access.EndOver();
        Arm();
        services.ApprovalWatch.Sweep();
    }

    // In the gate: of two that look for the next end at the same time, the one that saw more rights sets the timer last. After the end of a right it
    // is set already, and at most too early.
    private void Arm()
    {
        lock (gate)
        {
            if (services.Access.NextEnd() is not { } end) return;
            var due = end - services.Options.Time.GetUtcNow();
            timer.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    // Once for all rights that ended meanwhile, and away from the turn at the question that ended one: both steps go over everything there is.
    private async Task AfterAsync(IReadOnlyList<AccessRight> ended, CancellationToken cancellation)
    {
        await replaceSnapshot().ConfigureAwait(false);
        var keys = ended.Select(static right => (right.Issuer, right.Subject, right.Rule)).ToHashSet();
        var faults = new FirstFault();
        await faults.RunAsync(() => services.Remembered.ForgetVoidAsync(services.Snapshots.Current, cancellation)).ConfigureAwait(false);
        await faults.RunAsync(() => services.ApprovalBook.Closing.CloseAsync(
            (_, facts, _) => ValueTask.FromResult(DependsOn(facts, keys) ? "access-ended" : null), cancellation)).ConfigureAwait(false);
        faults.Throw();
    }

    private static bool DependsOn(ApprovalFacts facts, HashSet<(string Issuer, string Subject, string Rule)> ended) => facts.Access is null
        && facts.Rules.Any(rule => rule.IsOfPolicy && ended.Contains((facts.Issuer, facts.Subject, rule.Source)));
}
