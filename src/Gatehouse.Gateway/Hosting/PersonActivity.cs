using Gatehouse.Administration;
using Gatehouse.Audit.Privacy;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The sessions, exchanges and grants that a person has in progress, as far as an erasure ends them. The threat: an entry after the erasure has the
/// session, the grant or the id of an entry before it, and the name of the person (DP-03).
/// </summary>
/// <param name="services">The parts of the host.</param>
/// <param name="registry">The exchanges in progress.</param>
/// <param name="grants">The grants at the gateway's own authorization server; null where there is none.</param>
internal sealed class PersonActivity(GatewayServices services, ExchangeRegistry registry, IPersonGrants? grants)
{
    /// <summary>Returns for each person with exchanges in progress the timestamp at which the oldest of them began.</summary>
    public IReadOnlyDictionary<SubjectOwner, long> InProgress() => registry.OldestOfPersons();

    /// <summary>Ends what the person has in progress, and erases the person while nothing new of the person can begin.</summary>
    /// <param name="person">The person.</param>
    /// <param name="erase">The erasure.</param>
    public async Task<EndedActivity> EndAroundAsync(SubjectOwner person, Func<Task> erase)
    {
        using var barred = registry.Bar(person.Issuer, person.Subject);
        using var withoutGrants = grants is null ? null : await grants.BarAsync(person).ConfigureAwait(false);
        var (exchanges, left) = await registry.EndAndWaitAsync(
            exchange => exchange.Subject is { } caller && caller.Issuer == person.Issuer && caller.Subject == person.Subject, PersonErased.Patience)
            .ConfigureAwait(false);
        // Before the erasure: if the store refuses, no key is destroyed and the next run tries again. The entries of the ends go with the keys.
        var access = grants is null ? default : await grants.EndAsync(person).ConfigureAwait(false);
        // After the exchanges: one of them could begin a session.
        services.Conversations.End(one => one.Caller.Issuer == person.Issuer && one.Caller.Subject == person.Subject);
        services.Handles.Void(state => state.Issuer == person.Issuer && state.Subject == person.Subject);
        var sessions = await services.Sessions.EndOfAsync(person.Issuer, person.Subject).ConfigureAwait(false);
        await erase().ConfigureAwait(false);
        sessions += await services.Sessions.EndOfAsync(person.Issuer, person.Subject).ConfigureAwait(false); // of an exchange that was slow to end
        return new EndedActivity(sessions, exchanges, left, access.Grants, access.Consents);
    }
}

/// <summary>Numbers of sessions, exchanges and grants that an erasure ended.</summary>
/// <param name="Sessions">Sessions.</param>
/// <param name="Exchanges">Calls, held calls and streams.</param>
/// <param name="Left">Those of the exchanges that had not left when the person was erased.</param>
/// <param name="Grants">Grants at the gateway's own authorization server.</param>
/// <param name="Consents">Consents of the person that were removed.</param>
internal readonly record struct EndedActivity(int Sessions, int Exchanges, int Left, int Grants, int Consents);
