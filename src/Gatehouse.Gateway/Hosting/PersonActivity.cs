using Gatehouse.Administration;
using Gatehouse.Audit.Privacy;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The sessions and exchanges that a person has in progress, as far as an erasure ends them. The threat: an entry after the erasure has the session
/// or the id of an entry before it, and the name of the person (DP-03).
/// </summary>
/// <param name="services">The parts of the host.</param>
/// <param name="registry">The exchanges in progress.</param>
internal sealed class PersonActivity(GatewayServices services, ExchangeRegistry registry)
{
    /// <summary>Returns for each person with exchanges in progress the timestamp at which the oldest of them began.</summary>
    public IReadOnlyDictionary<SubjectOwner, long> InProgress() => registry.OldestOfPersons();

    /// <summary>Ends what the person has in progress, and erases the person while nothing new of the person can begin.</summary>
    /// <param name="person">The person.</param>
    /// <param name="erase">The erasure.</param>
    public async Task<EndedActivity> EndAroundAsync(SubjectOwner person, Func<Task> erase)
    {
        using var barred = registry.Bar(person.Issuer, person.Subject);
        var (exchanges, left) = await registry.EndAndWaitAsync(
            exchange => exchange.Subject is { } caller && caller.Issuer == person.Issuer && caller.Subject == person.Subject, PersonErased.Patience)
            .ConfigureAwait(false);
        // After the exchanges: one of them could begin a session.
        services.Conversations.End(one => one.Caller.Issuer == person.Issuer && one.Caller.Subject == person.Subject);
        services.Handles.Void(state => state.Issuer == person.Issuer && state.Subject == person.Subject);
        var sessions = await services.Sessions.EndOfAsync(person.Issuer, person.Subject).ConfigureAwait(false);
        await erase().ConfigureAwait(false);
        sessions += await services.Sessions.EndOfAsync(person.Issuer, person.Subject).ConfigureAwait(false); // of an exchange that was slow to end
        return new EndedActivity(sessions, exchanges, left);
    }
}

/// <summary>Numbers of sessions and exchanges that an erasure ended.</summary>
/// <param name="Sessions">Sessions.</param>
/// <param name="Exchanges">Calls, held calls and streams.</param>
/// <param name="Left">Those of the exchanges that had not left when the person was erased.</param>
internal readonly record struct EndedActivity(int Sessions, int Exchanges, int Left);
