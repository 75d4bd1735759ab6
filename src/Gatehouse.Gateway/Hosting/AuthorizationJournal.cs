using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Host;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.Diagnostics;
using Gatehouse.Identity.Partitions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The record of the authorization server: control entries of the audit log, and for an alarm also a count and a line for the operator.
/// </summary>
/// <param name="journal">The audit log.</param>
/// <param name="alarms">The counts.</param>
/// <param name="log">The operator log.</param>
/// <param name="share">Percent of the alarms of strangers for one address block.</param>
/// <param name="time">The clock.</param>
internal sealed class AuthorizationJournal(ControlJournal journal, AlarmCounts alarms, ILogger log, Func<int> share, TimeProvider time)
    : IAuthorizationJournal
{
    /// <summary>Most alarms a minute of strangers that reach the counts and the operator, by all.</summary>
    public const int MostStrangerAlarmsPerMinute = 60;

    /// <summary>Most lines a minute for the operator about sign-ins that failed, by all.</summary>
    public const int MostSignInFaultsPerMinute = 30;

    /// <summary>The act of an alarm's entry. Its first fact is the kind.</summary>
    public const string AlarmAct = "alarm";

    private const string SubjectFact = "subject";

    // Threat: any browser returns with a forged answer. Without a bound it would bury the alarms of others, and wake a person for each (CWE-779).
    private readonly StrangerRate strangers = new(MostStrangerAlarmsPerMinute, share, time);
    private readonly StrangerRate faults = new(MostSignInFaultsPerMinute, share, time);

    /// <inheritdoc />
    public void Note(string act, params (string Name, string Value)[] facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        // Threat: a program refreshes its tokens without end, and the entries about it fill the log of all (CWE-770).
        if (facts.FirstOrDefault(static fact => fact.Name == SubjectFact) is { Value: { Length: > 0 } subject }) journal.NoteBy(subject, act, facts);
        else journal.Note(act, facts);
    }

    /// <inheritdoc />
    public string NoteOf(CallerPartition peer, string act, params (string Name, string Value)[] facts) => journal.NoteOf(peer, act, facts);

    /// <inheritdoc />
    public void SignInFailed(CallerPartition peer, string provider, string fault)
    {
        journal.NoteOf(peer, "oauth.signin.fault", ("provider", provider), ("fault", fault));
        if (fault != SignInFaults.DeniedCode && faults.TryTake(peer))
            log.Write(OperatorEvents.SignInFault, LogValue.Code(provider), LogValue.Code(fault));
    }

    /// <inheritdoc />
    public void Alarm(string kind, params (string Name, string Value)[] facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        Note(AlarmAct, [("kind", kind), .. facts]);
        Report(kind);
    }

    /// <inheritdoc />
    public void AlarmOf(CallerPartition peer, string kind, params (string Name, string Value)[] facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        journal.NoteOf(peer, AlarmAct, [("kind", kind), .. facts]);
        if (strangers.TryTake(peer)) Report(kind);
    }

    private void Report(string kind)
    {
        alarms.Add(kind, time.GetUtcNow());
        log.Write(OperatorEvents.AuthorizationAlarm, LogValue.Code(kind));
    }
}
