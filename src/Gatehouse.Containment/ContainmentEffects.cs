using System.Collections.Concurrent;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Policy;
using Gatehouse.Storage.Abstractions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Containment;

/// <summary>
/// The effects of containments on what is in progress: exchanges, sessions, processes, the snapshot, questions to people. What is refused from then
/// on does not depend on them: the <see cref="ContainmentState"/> refuses it.
/// </summary>
/// <param name="host">The parts of the host.</param>
/// <param name="log">Receives the faults of steps.</param>
internal sealed class ContainmentEffects(IContainmentHost host, ILogger log)
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
        new("remembered", static (effects, _) => effects.Host.ForgetRememberedAsync()),
        new("releases", static async (effects, course) =>
            course.Releases += await effects.DeleteReleasesAsync(new ContainedSet([course.Made])).ConfigureAwait(false)),
        new("rules", static (effects, _) => effects.Host.ReplaceRulesAsync()), // last: it waits for a reload
    ];

    private readonly ConcurrentDictionary<string, Course> unfinished = new(StringComparer.Ordinal);

    private IContainmentHost Host => host;

    /// <summary>Returns what a containment would end now.</summary>
    public async Task<ContainmentCut> PreviewAsync(ContainmentFacts facts)
    {
        var tally = new ContainmentTally();
        foreach (var exchange in host.Exchanges) tally.Count(facts, exchange);
        var sessions = SessionsOf(facts);
        foreach (var session in sessions) tally.Name(session.Issuer, session.Subject);
        var row = new ContainmentRow("", facts.Kind, default, default, default, false, false, default, default);
        var contained = new ContainedSet([new Contained(row, facts)]);
        var asked = await host.CountQuestionsAsync(contained).ConfigureAwait(false);
        return tally.Cut() with
        {
            Sessions = SessionCount(facts, sessions),
            Processes = host.CountProcesses(facts, ProcessOf(facts, sessions)),
            Questions = asked.Questions,
            Grants = asked.Grants,
            Releases = await host.CountReleasesAsync(contained).ConfigureAwait(false),
        };
    }

    /// <summary>True while a step that failed, or the rules of a containment or release, wait for the next sweep.</summary>
    public bool IsUnfinished => host.AreRulesDue || !unfinished.IsEmpty;

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

        if (host.AreRulesDue) await host.ReplaceRulesAsync().ConfigureAwait(false);
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
                GuardedTimer.Report(log, $"containment ({step.Name})", fault);
            }
        }

        course.Left = failed;
        if (failed.Count > 0) unfinished[course.Made.Id] = course; // at most as many as containments
        else unfinished.TryRemove(course.Made.Id, out _);
    }

    /// <summary>Deletes released results that a contained user or client released.</summary>
    /// <returns>Their number.</returns>
    /// <exception cref="StoreException">The store refused; some may be deleted.</exception>
    /// <exception cref="Audit.AuditUnavailableException">An entry could not be written; some may be deleted.</exception>
    public async Task<int> DeleteReleasesAsync(ContainedSet contained)
    {
        if (contained.All.All(static one => one.Facts.Kind is not (ContainmentKind.User or ContainmentKind.Client))) return 0;
        return await host.DeleteReleasesAsync(contained).ConfigureAwait(false);
    }

    private Task EndRequests(Course course)
    {
        host.EndExchanges(exchange => course.Tally.Count(course.Facts, exchange));
        return Task.CompletedTask;
    }

    private Task EndConversations(Course course)
    {
        host.EndConversations(course.Facts);
        return Task.CompletedTask;
    }

    private Task VoidStates(Course course)
    {
        host.VoidStates(new ContainedSet([course.Made]));
        return Task.CompletedTask;
    }

    private async Task CloseQuestionsAsync(Course course)
    {
        var closed = await host.CloseQuestionsAsync(new ContainedSet([course.Made])).ConfigureAwait(false);
        (course.Questions, course.Grants) = (course.Questions + closed.Questions, course.Grants + closed.Grants);
    }

    private List<OpenSession> SessionsOf(ContainmentFacts facts) => facts.Kind == ContainmentKind.Tool ? []
        : [.. host.Sessions.Where(session => facts.Kind switch
        {
            ContainmentKind.Server => session.Server == facts.Name,
            ContainmentKind.Session => session.Uid == facts.Name,
            _ => facts.IsCaller(session.Issuer, session.Subject, session.ClientId),
        })];

    // A session that was not seen since the start of the process is known only by its id.
    private static int SessionCount(ContainmentFacts facts, List<OpenSession> sessions) =>
        facts.Kind == ContainmentKind.Session ? 1 : sessions.Count;

    private Task<int> EndProcessesAsync(ContainmentFacts facts, List<OpenSession> sessions) =>
        host.EndProcessesAsync(facts, ProcessOf(facts, sessions));

    // A process that several callers use ends only with its server.
    private static Func<string, PolicySubject?, string, bool> ProcessOf(ContainmentFacts facts, List<OpenSession> sessions) => facts.Kind switch
    {
        ContainmentKind.Server => (server, _, _) => server == facts.Name,
        ContainmentKind.Tool => static (_, _, _) => false,
        ContainmentKind.Session => (server, owner, id) =>
            owner is not null && sessions.Exists(session => session.Server == server && session.UpstreamId == id),
        _ => (_, owner, _) => owner is not null && facts.IsCaller(owner.Issuer, owner.Subject, owner.ClientId),
    };

    private async Task EndSessionsAsync(ContainmentFacts facts, List<OpenSession> sessions)
    {
        if (facts.Kind == ContainmentKind.Tool)
        {
            host.FailCalls(facts.Name, facts.Tool);
            return;
        }

        if (facts.Kind == ContainmentKind.Session) await host.EndSessionAsync(facts.Name).ConfigureAwait(false);
        foreach (var session in sessions) await host.EndSessionAsync(session.Uid).ConfigureAwait(false);
    }

    /// <summary>A step of a containment.</summary>
    private sealed record Step(string Name, Func<ContainmentEffects, Course, Task> RunAsync);

    /// <summary>The steps of one containment, what they ended, and those that are left.</summary>
    private sealed class Course(Contained made, List<OpenSession> sessions)
    {
        public Contained Made => made;

        public ContainmentFacts Facts => made.Facts;

        // As of the beginning: a session that has ended still names its process.
        public List<OpenSession> Sessions => sessions;

        public ContainmentTally Tally { get; } = new();

        public int Processes { get; set; }

        public int Questions { get; set; }

        public int Grants { get; set; }

        public int Releases { get; set; }

        public IReadOnlyList<Step> Left { get; set; } = [];

        public IReadOnlyList<string> Failed => [.. Left.Select(static step => step.Name)];
    }
}
