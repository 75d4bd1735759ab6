using System.Collections.Concurrent;
using Gatehouse.Containment;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Gateway.Quarantine;
using Gatehouse.Gateway.Sessions;
using Gatehouse.Identity.Revocations;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Protocol;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The effects of containments on what is in progress: exchanges, sessions, processes, the snapshot, questions to people. What is refused from then
/// on does not depend on them: the register refuses it.
/// </summary>
/// <param name="services">The parts of the host.</param>
/// <param name="registry">The exchanges in progress.</param>
internal sealed class ContainmentEffects(GatewayServices services, ExchangeRegistry registry)
{
    // In this order: first what carries data, then what could begin again.
    private static readonly Step[] Steps =
    [
        new("requests", static (effects, course) => effects.EndRequests(course)),
        new("conversations", static (effects, course) => effects.EndConversations(course)),
        new("processes", static async (effects, course) =>
            course.Processes += await effects.EndProcessesAsync(course.Facts, course.Sessions).ConfigureAwait(false)),
        new("sessions", static (effects, course) => effects.EndSessionsAsync(course.Facts, course.Sessions)),
        new("states", static (effects, course) => effects.VoidStates(course)),
        new("questions", static (effects, course) => effects.CloseQuestionsAsync(course)),
        new("remembered", static (effects, _) => effects.ForgetRememberedAsync()),
        new("releases", static async (effects, course) =>
            course.Releases += await effects.DeleteReleasesAsync(new ContainedSet([course.Made])).ConfigureAwait(false)),
        new("rules", static (effects, _) => effects.ReplaceSnapshotAsync()), // last: it waits for a reload
    ];

    private readonly ContainedQuestions questions = new(services.ApprovalBook);
    private readonly ConcurrentDictionary<string, Course> unfinished = new(StringComparer.Ordinal);
    private volatile bool areRulesDue;

    /// <summary>Ends processes that the host itself did not start, such as those of wrappers, and returns how many.</summary>
    public Func<ContainmentFacts, Task<int>> EndOthers { get; set; } = static _ => Task.FromResult(0);

    /// <summary>Returns the number of processes that <see cref="EndOthers"/> would end.</summary>
    public Func<ContainmentFacts, int> CountOthers { get; set; } = static _ => 0;

    /// <summary>Returns what a containment would end now.</summary>
    public async Task<ContainmentCut> PreviewAsync(ContainmentFacts facts)
    {
        var tally = new ContainmentTally();
        foreach (var exchange in registry.OfCallers) tally.Count(facts, exchange);
        var sessions = SessionsOf(facts);
        foreach (var session in sessions) tally.Name(session.Issuer, session.Subject);
        var row = new ContainmentRow("", facts.Kind, default, default, default, false, false, default, default);
        var contained = new ContainedSet([new Contained(row, facts)]);
        var asked = await questions.CountAsync(contained).ConfigureAwait(false);
        return tally.Cut() with
        {
            Sessions = SessionCount(facts, sessions),
            Processes = services.Upstreams.CountProcesses(ProcessOf(facts, sessions)) + CountOthers(facts),
            Questions = asked.Questions,
            Grants = asked.Grants,
            Releases = await services.Quarantine.Book.CountReleasesAsync((_, by) => IsContained(contained, by), CancellationToken.None)
                .ConfigureAwait(false),
        };
    }

    /// <summary>True while a step that failed, or the rules of a containment or release, wait for the next sweep.</summary>
    public bool IsUnfinished => areRulesDue || !unfinished.IsEmpty;

    /// <summary>
    /// Ends what is in progress. Each step runs though another one failed. Steps that failed are repeated by each sweep until they succeed or the
    /// containment is released (<see cref="FinishAsync"/>).
    /// </summary>
    /// <param name="made">The containment, which is in force.</param>
    public async Task<ContainmentCut> ApplyAsync(Contained made)
    {
        var course = new Course(made, SessionsOf(made.Facts));
        foreach (var session in course.Sessions) course.Tally.Name(session.Issuer, session.Subject);
        await RunAsync(course, Steps).ConfigureAwait(false);
        return course.Tally.Cut() with
        {
            Sessions = SessionCount(made.Facts, course.Sessions),
            Processes = course.Processes,
            Questions = course.Questions,
            Grants = course.Grants,
            Releases = course.Releases,
            Failed = course.Failed,
        };
    }

    /// <summary>Repeats the steps that failed, of containments that are still in force.</summary>
    /// <param name="current">What is contained now.</param>
    /// <exception cref="StoreException">The rules could not be put in force; they follow with the next run.</exception>
    public async Task FinishAsync(ContainedSet current)
    {
        foreach (var course in unfinished.Values)
        {
            if (current.All.Any(one => one.Id == course.Made.Id)) await RunAsync(course, course.Left).ConfigureAwait(false);
            else unfinished.TryRemove(course.Made.Id, out _);
        }

        if (areRulesDue) await ReplaceSnapshotAsync().ConfigureAwait(false);
    }

    private async Task RunAsync(Course course, IReadOnlyList<Step> steps)
    {
        List<Step> failed = [];
        foreach (var step in steps)
        {
            try
            {
                await step.RunAsync(this, course).ConfigureAwait(false);
            }
            catch (Exception fault)
            {
                failed.Add(step);
                GuardedTimer.Report(services.Log, $"containment ({step.Name})", fault);
            }
        }

        course.Left = failed;
        if (failed.Count > 0) unfinished[course.Made.Id] = course; // at most as many as containments
        else unfinished.TryRemove(course.Made.Id, out _);
    }

    /// <summary>Puts a snapshot in force with the rules of what is contained now.</summary>
    public Task ReplaceSnapshotAsync() => services.SnapshotTurn.RunAsync(() =>
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

    /// <summary>
    /// Makes the states of held and approved calls that are contained invalid. Such a call does not continue after a release.
    /// </summary>
    public void VoidStates(ContainedSet contained) => services.Handles.Void(state =>
        contained.Server(state.Server) is not null || contained.Caller(state.Issuer, state.Subject, state.Client) is not null
            || (state.Tool is { } tool && contained.Tool(state.Server, tool) is not null));

    /// <inheritdoc cref="ContainedQuestions.CloseAsync"/>
    public Task<ClosedQuestions> CloseQuestionsAsync(ContainedSet contained) => questions.CloseAsync(contained);

    private Task<int> ForgetRememberedAsync() =>
        services.Remembered.ForgetVoidAsync(services.Snapshots.Current, CancellationToken.None);

    /// <summary>Deletes released results that a contained user or client released.</summary>
    /// <returns>Their number.</returns>
    /// <exception cref="StoreException">The store refused; some may be deleted.</exception>
    /// <exception cref="Audit.AuditUnavailableException">An entry could not be written; some may be deleted.</exception>
    public async Task<int> DeleteReleasesAsync(ContainedSet contained)
    {
        if (contained.All.All(static one => one.Facts.Kind is not (ContainmentKind.User or ContainmentKind.Client))) return 0;
        return await services.Quarantine.Book.DeleteReleasesAsync(
            (_, by) => IsContained(contained, by), DecisionReasons.Contained, CancellationToken.None).ConfigureAwait(false);
    }

    private static bool IsContained(ContainedSet contained, ReleaseFacts by) => contained.Caller(by.Issuer, by.Subject, by.Client) is not null;

    private Task EndRequests(Course course)
    {
        registry.EndContained(exchange => course.Tally.Count(course.Facts, exchange));
        return Task.CompletedTask;
    }

    private Task EndConversations(Course course)
    {
        var facts = course.Facts;
        services.Conversations.End(conversation =>
            facts.IsCaller(conversation.Caller.Issuer, conversation.Caller.Subject, conversation.Caller.ClientId));
        return Task.CompletedTask;
    }

    private Task VoidStates(Course course)
    {
        VoidStates(new ContainedSet([course.Made]));
        return Task.CompletedTask;
    }

    private async Task CloseQuestionsAsync(Course course)
    {
        var closed = await CloseQuestionsAsync(new ContainedSet([course.Made])).ConfigureAwait(false);
        (course.Questions, course.Grants) = (course.Questions + closed.Questions, course.Grants + closed.Grants);
    }

    private List<SessionEntry> SessionsOf(ContainmentFacts facts) => facts.Kind == ContainmentKind.Tool ? []
        : [.. services.Sessions.Entries.Where(entry => facts.Kind switch
        {
            ContainmentKind.Server => entry.Server == facts.Name,
            ContainmentKind.Session => entry.Binding.Uid == facts.Name,
            _ => facts.IsCaller(entry.Issuer, entry.Subject, entry.ClientId),
        })];

    // A session that was not seen since the start of the process is known only by its id.
    private static int SessionCount(ContainmentFacts facts, List<SessionEntry> sessions) =>
        facts.Kind == ContainmentKind.Session ? 1 : sessions.Count;

    private async Task<int> EndProcessesAsync(ContainmentFacts facts, List<SessionEntry> sessions)
    {
        var others = EndOthers(facts);
        var own = facts.Kind switch
        {
            ContainmentKind.Server => await services.Upstreams.ContainAsync(facts.Name).ConfigureAwait(false),
            ContainmentKind.Tool => 0,
            _ => await services.Upstreams.KillAsync(ProcessOf(facts, sessions)).ConfigureAwait(false),
        };
        return own + await others.ConfigureAwait(false);
    }

    // A process that several callers use ends only with its server.
    private static Func<string, PolicySubject?, string, bool> ProcessOf(ContainmentFacts facts, List<SessionEntry> sessions) => facts.Kind switch
    {
        ContainmentKind.Server => (server, _, _) => server == facts.Name,
        ContainmentKind.Tool => static (_, _, _) => false,
        ContainmentKind.Session => (server, owner, id) =>
            owner is not null && sessions.Exists(session => session.Server == server && session.Binding.UpstreamId == id),
        _ => (_, owner, _) => owner is not null && facts.IsCaller(owner.Issuer, owner.Subject, owner.ClientId),
    };

    private async Task EndSessionsAsync(ContainmentFacts facts, List<SessionEntry> sessions)
    {
        if (facts.Kind == ContainmentKind.Tool)
        {
            // An answer that a client could still fetch on a resumed stream.
            foreach (var entry in services.Sessions.Entries.Where(entry => entry.Server == facts.Name))
                entry.Binding.Live.Awaited.FailCallsOf(facts.Tool);
            return;
        }

        if (facts.Kind == ContainmentKind.Session) await services.Sessions.EndAsync(facts.Name).ConfigureAwait(false);
        foreach (var session in sessions) await services.Sessions.EndAsync(session.Binding).ConfigureAwait(false);
    }

    /// <summary>A step of a containment.</summary>
    private sealed record Step(string Name, Func<ContainmentEffects, Course, Task> RunAsync);

    /// <summary>The steps of one containment, what they ended, and those that are left.</summary>
    private sealed class Course(Contained made, List<SessionEntry> sessions)
    {
        public Contained Made => made;

        public ContainmentFacts Facts => made.Facts;

        // As of the beginning: a session that has ended still names its process.
        public List<SessionEntry> Sessions => sessions;

        public ContainmentTally Tally { get; } = new();

        public int Processes { get; set; }

        public int Questions { get; set; }

        public int Grants { get; set; }

        public int Releases { get; set; }

        public IReadOnlyList<Step> Left { get; set; } = [];

        public IReadOnlyList<string> Failed => [.. Left.Select(static step => step.Name)];
    }
}
