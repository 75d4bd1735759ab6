using System.Collections.Concurrent;

namespace EntraStandIn;

/// <summary>The consents of people, by person and client.</summary>
public sealed class Consents
{
    private readonly ConcurrentDictionary<(string Client, string Person, string Scope), bool> given = new();

    /// <summary>True if the person or an administrator consented to each scope.</summary>
    public bool Cover(Registration client, Person person, ScopeRequest scopes) => Names(scopes).All(name => Has(client, person, name));

    /// <summary>True if the person or an administrator consented to each scope of the API.</summary>
    public bool Cover(Registration client, Person person, ScopeRequest.Api api) => Names(api).All(name => Has(client, person, name));

    public void Give(Registration client, Person person, ScopeRequest scopes)
    {
        foreach (var name in Names(scopes)) given[(client.AppId, person.Id, name)] = true;
    }

    /// <summary>Withdraws every consent of people.</summary>
    public void Clear() => given.Clear();

    private bool Has(Registration client, Person person, string name) => given.ContainsKey((client.AppId, person.Id, name))
        || client.AdminConsent.Any(permission => name == permission || name == $"{GraphPermissions.AppId}/{permission}");

    private static IEnumerable<string> Names(ScopeRequest scopes) => scopes.OpenId.Concat(scopes.Resources.SelectMany(Names));

    private static IEnumerable<string> Names(ScopeRequest.Api api) => api.Names.Select(name => $"{api.AppId}/{name}");
}
