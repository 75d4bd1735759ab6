using Gatehouse.Diagnostics;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Policy.Rules;
using Gatehouse.Refusals;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Access.Entra;

/// <summary>
/// Checks of rights of Entra PIM by Microsoft Graph, before a decision and while exchanges of the person are in progress.
/// </summary>
/// <remarks>
/// Threat: a token still has the claim of a group or role after the assignment has ended in Entra, because a token lives longer than an activation
/// (CWE-613). The claim is therefore not asked. Threat: callers make the gateway flood Microsoft Graph, or keep all its checks for themselves
/// (CWE-770). Therefore one check of a person and assignment is in progress at a time, <see cref="MostAtOnce"/> of all people, callers take
/// turns, and results that say no are kept for a short time.
/// </remarks>
internal sealed class EntraChecks : IAccessChecks, IDisposable
{
    /// <summary>The most checks in progress at the same time: 16.</summary>
    public const int MostAtOnce = 16;

    /// <summary>The most checks that wait for a place: 2,000, of one person as many as a policy names assignments.</summary>
    public const int MostWaiting = 2_000;

    /// <summary>Time for which the answer that there is no active assignment is kept: 10 s.</summary>
    public static readonly TimeSpan KeptNo = TimeSpan.FromSeconds(10);

    /// <summary>Time after a fault until the next question: 5 s, or longer where the service asks for it.</summary>
    public static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);

    private readonly EntraConnections connections;
    private readonly EntraJournal journal;
    private readonly Func<GatewaySnapshot> newest;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly FairQueue turns;
    private long faults;

    /// <summary>Creates the checks.</summary>
    /// <param name="rights">The table of results.</param>
    /// <param name="connections">Connections to Microsoft Graph.</param>
    /// <param name="journal">Entries about begin and end.</param>
    /// <param name="newest">The snapshot in force.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The operator's log.</param>
    public EntraChecks(EntraRights rights, EntraConnections connections, EntraJournal journal, Func<GatewaySnapshot> newest, TimeProvider time,
        ILogger log)
    {
        (Rights, this.connections, this.journal, this.newest, this.time, this.log) = (rights, connections, journal, newest, time, log);
        turns = new FairQueue(time);
        rights.Ended += journal.End;
    }

    /// <summary>The table of results.</summary>
    public EntraRights Rights { get; }

    /// <summary>Checks that failed since the start.</summary>
    public long Faults => Interlocked.Read(ref faults);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> CheckAsync(
        GatewaySnapshot snapshot, VerifiedToken caller, PolicySubject subject, string server, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(caller);
        var needed = snapshot.Policy.EntraAssignmentsOf(subject, server);
        // By the newest configuration: an exchange that began before a reload does not bring a connection back.
        if (needed.Count == 0 || connections.Of(newest().Settings, caller.Issuer) is not { } graph
            || EntraPerson.Of(caller, graph.Tenant) is not { } person) return ValueTask.FromResult<IReadOnlyList<string>>([]);
        var waiting = needed.Select(assignment => Begin(graph, person, assignment)).OfType<Task>().ToList();
        return waiting.Count == 0 ? ValueTask.FromResult(Unchecked(person, needed)) : WaitAsync(person, needed, waiting, cancellation);
    }

    /// <summary>Checks a right again whose answer grows old, without anyone who waits for it.</summary>
    public void Renew(EntraRight right)
    {
        ArgumentNullException.ThrowIfNull(right);
        if (connections.Of(newest().Settings, right.Person.Issuer) is { } graph) Begin(graph, right.Person, right.Assignment);
    }

    /// <summary>Ends rights that the new configuration does not name, or whose connection is another one now.</summary>
    public void OnReplaced(GatewaySnapshot next)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (Rights.Count == 0) return;
        var named = next.Policy.Rules.Select(static rule => rule.Access?.Entra).OfType<EntraAssignment>().ToHashSet();
        Rights.Forget(
            right => !named.Contains(right.Assignment) || !ReferenceEquals(connections.Of(next.Settings, right.Person.Issuer), right.Graph),
            "rule-changed");
    }

    /// <summary>Forgets a person who was erased.</summary>
    public void OnErased(string issuer, string subject) =>
        Rights.Forget(right => right.Person.Issuer == issuer && right.Person.Subject == subject, EntraJournal.Erased);

    /// <summary>Removes old results, and writes entries of ends that the log refused before.</summary>
    public void Sweep()
    {
        Rights.Sweep();
        _ = journal.WriteAsync();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Rights.Ended -= journal.End;
        connections.Dispose();
    }

    private async ValueTask<IReadOnlyList<string>> WaitAsync(
        EntraPerson person, IReadOnlyList<EntraAssignment> needed, List<Task> waiting, CancellationToken cancellation)
    {
        await Task.WhenAll(waiting).WaitAsync(cancellation).ConfigureAwait(false);
        return Unchecked(person, needed);
    }

    private IReadOnlyList<string> Unchecked(EntraPerson person, IReadOnlyList<EntraAssignment> needed) =>
        [.. needed.Where(assignment => Rights.IsUnchecked(person, assignment)).Select(static assignment => assignment.ToString())];

    private Task? Begin(EntraGraph graph, EntraPerson person, EntraAssignment assignment)
    {
        var check = Rights.CheckOf(person, assignment, graph, right => Task.Run(() => CheckAsync(right)), out var found);
        if (found is null) Report(new EntraFaultException("there is no room for the result of another check"));
        return check;
    }

    private async Task CheckAsync(EntraRight right)
    {
        try
        {
            var settings = right.Graph.Settings;
            if (right.Graph.PausedUntil is { } until && until > time.GetUtcNow())
            {
                Fail(right, until);
                return;
            }

            using var patience = new CancellationTokenSource(settings.Timeout, time);
            var caller = CallerPartition.Of(right.Person.Issuer, right.Person.Subject);
            var bounds = new QueueBounds(
                MostAtOnce, newest().Settings.Limits.CallerShare, EntraAssignment.MostOfPolicy, MostWaiting, settings.Timeout);
            using var turn = await turns.WaitAsync(caller, bounds, patience.Token).ConfigureAwait(false);
            var asked = time.GetUtcNow();
            var found = await right.Graph.FindAsync(right.Assignment, right.Person.ObjectId, patience.Token).WaitAsync(patience.Token)
                .ConfigureAwait(false);
            await TakeAsync(right, EntraPeriod.Longest(found, time.GetUtcNow()), asked).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Take(right, e);
        }
        finally
        {
            Rights.EndCheck(right);
        }
    }

    private async Task TakeAsync(EntraRight right, EntraPeriod? period, DateTimeOffset asked)
    {
        if (period is null)
        {
            Rights.End(right, "ended-in-entra");
            Rights.Note(right, _ => EntraKnowledge.None with { AskAgain = time.GetUtcNow() + KeptNo, CheckedAt = asked });
            return;
        }

        // The time counts from the moment before the question: an answer that takes long makes no right last longer.
        var recheck = right.Graph.Settings.Recheck;
        var until = period.End is { } end && end < asked + recheck ? end : asked + recheck;
        var knowledge = new EntraKnowledge(until, Earlier(asked + recheck / 2, until), asked, period.End, false);
        if (right.Id is not null && Rights.Confirm(right, knowledge, null)) return;
        var id = Ids.Short(EntraRights.IdPrefix, time);
        if (!await journal.BeginAsync(right, id, period, RulesOf(right)).ConfigureAwait(false))
            Fail(right, time.GetUtcNow() + AfterFault);
        else if (!Rights.Confirm(right, knowledge, id)) journal.End(right, id, "rule-changed");
    }

    private void Take(EntraRight right, Exception e)
    {
        var now = time.GetUtcNow();
        var pause = (e as EntraFaultException)?.Pause is { } asked && asked > AfterFault ? asked : AfterFault;
        if (e is EntraFaultException { Pause: not null }) right.Graph.PausedUntil = now + pause;
        Fail(right, now + pause);
        Report(e switch
        {
            OperationCanceledException => new EntraFaultException("the check took longer than issuers[].graph.timeout"),
            RefusalException => new EntraFaultException("too many checks wait"),
            InvalidDataException => new EntraFaultException("the credential of the application cannot be read"),
            _ => e,
        });
    }

    private void Fail(EntraRight right, DateTimeOffset askAgain)
    {
        Interlocked.Increment(ref faults);
        Rights.Note(right, before => before with { AskAgain = askAgain, IsFault = true });
    }

    private void Report(Exception e) => log.Write(OperatorEvents.EntraNotChecked, LogValue.Cause(e));

    private IEnumerable<string> RulesOf(EntraRight right) =>
        newest().Policy.Rules.Where(rule => rule.Access?.Entra == right.Assignment).Select(static rule => rule.Id);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
