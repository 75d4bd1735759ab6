using System.Collections.Immutable;

namespace Gatehouse.Identity.Diagnostics;

/// <summary>The kinds of clients that the gateway's authorization server lets in, and those that stay out.</summary>
internal static class AcceptedClients
{
    /// <summary>Returns the kinds of clients.</summary>
    /// <param name="demands">The use that the gateway makes of the provider.</param>
    /// <param name="obstacle">The reason that no person can sign in at the provider; null where people can.</param>
    public static IEnumerable<GrantType> Of(SignInRequirements demands, string? obstacle) => obstacle is null
        ? Of(demands) : Of(demands).Select(way => way.IsPossible ? way with { IsPossible = false, Words = obstacle } : way);

    private static IEnumerable<GrantType> Of(SignInRequirements demands)
    {
        yield return new GrantType("clients with a metadata document (CIMD)", demands.AcceptsDocuments, !demands.AcceptsDocuments
            ? "'clientDocuments' is false" : demands.DocumentHosts.IsEmpty
            ? "with only the URL of the server" : $"with only the URL of the server, for documents of {string.Join(", ", demands.DocumentHosts)}");
        yield return new GrantType("clients that register themselves (RFC 7591)", demands.RegistrationHosts is not null, demands.RegistrationHosts is { } hosts
            ? $"with only the URL of the server, if they return to {string.Join(", ", hosts.Insert(0, "loopback"))}"
            : "registration is off, so a client that has no metadata document and is not under 'clients' stays out; "
                + "'registration: { redirectHosts: [] }' lets programs on a person's own machine in");
        yield return new GrantType("clients registered by hand", demands.ConfiguredClients > 0,
            demands.ConfiguredClients > 0 ? $"those under 'clients': {demands.ConfiguredClients}" : "'clients' is empty");
    }
}
