using Gatehouse.Containment;
using Gatehouse.Gateway.Quarantine;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The parts of a host on which containments act.</summary>
/// <param name="services">The parts of the host. They are asked once they are all made.</param>
internal sealed class ContainmentHost(GatewayServices services) : IContainmentHost
{
    private volatile bool areRulesDue;

    /// <summary>The exchanges in progress; null before the host has any.</summary>
    public ExchangeRegistry? Registry { get; set; }

    /// <summary>Ends processes that the host itself did not start, such as those of wrappers, and returns how many.</summary>
    public Func<ContainmentFacts, Task<int>> EndOthers { get; set; } = static _ => Task.FromResult(0);

    /// <summary>Returns the number of processes that <see cref="EndOthers"/> would end.</summary>
    public Func<ContainmentFacts, int> CountOthers { get; set; } = static _ => 0;

    /// <summary>The names that the host knows. The host sets them before it takes acts of administration.</summary>
    /// <exception cref="InvalidOperationException">They are not set.</exception>
    public ContainmentNames Names
    {
        get => field ?? throw new InvalidOperationException("the host has no names yet");
        set;
    }

    /// <inheritdoc />
    public IReadOnlyList<Exchange> Exchanges => Registry?.OfCallers ?? [];

    /// <inheritdoc />
    public IReadOnlyList<OpenSession> Sessions => [.. services.Sessions.Entries.Select(static entry => new OpenSession(
        entry.Server, entry.Issuer, entry.Subject, entry.ClientId, entry.Binding.Uid, entry.Binding.UpstreamId))];

    /// <inheritdoc />
    public bool AreRulesDue => areRulesDue;

    private ContainedQuestions Questions => new(services.ApprovalBook);

    /// <inheritdoc />
    public void EndExchanges(Func<Exchange, bool> whose) => Registry?.EndContained(whose);

    /// <inheritdoc />
    public void EndConversations(ContainmentFacts facts) => services.Conversations.End(conversation =>
        facts.IsCaller(conversation.Caller.Issuer, conversation.Caller.Subject, conversation.Caller.ClientId));

    /// <inheritdoc />
    public bool IsOpen(string session) => services.Sessions.IsOpen(session);

    /// <inheritdoc />
    public ValueTask EndSessionAsync(string session) => services.Sessions.EndAsync(session);

    /// <inheritdoc />
    public void FailCalls(string server, string tool)
    {
        foreach (var entry in services.Sessions.Entries.Where(entry => entry.Server == server)) entry.Binding.Live.Awaited.FailCallsOf(tool);
    }

    /// <inheritdoc />
    public int CountProcesses(ContainmentFacts facts, Func<string, PolicySubject?, string, bool> which) =>
        services.Upstreams.CountProcesses(which) + CountOthers(facts);

    /// <inheritdoc />
    public async Task<int> EndProcessesAsync(ContainmentFacts facts, Func<string, PolicySubject?, string, bool> which)
    {
        var others = EndOthers(facts);
        var own = facts.Kind switch
        {
            ContainmentKind.Server => await services.Upstreams.ContainAsync(facts.Name).ConfigureAwait(false),
            ContainmentKind.Tool => 0,
            _ => await services.Upstreams.KillAsync(which).ConfigureAwait(false),
        };
        return own + await others.ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void VoidStates(ContainedSet contained) => services.Handles.Void(state =>
        contained.Server(state.Server) is not null || contained.Caller(state.Issuer, state.Subject, state.Client) is not null
            || (state.Tool is { } tool && contained.Tool(state.Server, tool) is not null));

    /// <inheritdoc />
    public Task<(int Questions, int Grants)> CountQuestionsAsync(ContainedSet contained) => Questions.CountAsync(contained);

    /// <inheritdoc />
    public Task<(int Questions, int Grants)> CloseQuestionsAsync(ContainedSet contained) => Questions.CloseAsync(contained);

    /// <inheritdoc />
    public Task ForgetRememberedAsync() => services.Remembered.ForgetVoidAsync(services.Snapshots.Current, CancellationToken.None);

    /// <inheritdoc />
    public Task<int> CountReleasesAsync(ContainedSet contained) =>
        services.Quarantine.Book.CountReleasesAsync((_, by) => IsContained(contained, by), CancellationToken.None);

    /// <inheritdoc />
    public Task<int> DeleteReleasesAsync(ContainedSet contained) => services.Quarantine.Book.DeleteReleasesAsync(
        (_, by) => IsContained(contained, by), DecisionReasons.Contained, CancellationToken.None);

    /// <inheritdoc />
    public Task ReplaceRulesAsync() => services.SnapshotTurn.RunAsync(() =>
    {
        areRulesDue = true;
        var current = services.Snapshots.Current;
        var fresh = services.DecisionPoints.Snapshot(current.Generation + 1, current.Settings);
        services.Snapshots.Replace(current with
        {
            Generation = fresh.Generation,
            Policy = fresh.Policy,
            Decisions = fresh.Decisions,
            Uncontained = fresh.Uncontained,
        });
        areRulesDue = false;
        return Task.FromResult(true);
    });

    private static bool IsContained(ContainedSet contained, ReleaseFacts by) => contained.Caller(by.Issuer, by.Subject, by.Client) is not null;
}
