using System.Text.Json;
using Gatehouse.Gateway.Access.Entra;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Registrations;

/// <summary>
/// Fetches a registration from Microsoft Graph with the connection of an issuer. The application of the connection needs the permission
/// Application.Read.All, and Directory.Read.All for grants of delegated permissions; without the second they are not judged.
/// </summary>
/// <remarks>"Get application" and the lists of its owners, credentials and grants, learn.microsoft.com.</remarks>
internal static class RegistrationSource
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Opens the connection of an issuer. No request is sent.</summary>
    /// <param name="issuer">The issuer, which has a connection.</param>
    /// <param name="configuration">The configuration, whose store and vaults have its secret.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidDataException">The secret cannot be read, or the issuer names no tenant.</exception>
    public static async Task<EntraGraph> ConnectAsync(IssuerSettings issuer, GatewaySettings configuration, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        var tenant = EntraPerson.TenantOf(issuer.Issuer) ?? throw new InvalidDataException($"the issuer {issuer.Issuer} names no tenant");
        var secrets = await OnceRead.SecretsAsync(SecretUses.Of(issuer.Client, "issuers[].client"), configuration, time).ConfigureAwait(false);
        return new EntraGraph(issuer, tenant, new OutboundHandlers(new SystemNameResolver()), secrets.Resolve, time);
    }

    /// <summary>Fetches a registration, its owners, its federated credentials and its grants.</summary>
    /// <param name="graph">The connection.</param>
    /// <param name="app">The application (client) id.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the requests.</param>
    /// <exception cref="EntraFaultException">Microsoft Graph does not give the registration.</exception>
    /// <exception cref="HttpRequestException">The service cannot be reached.</exception>
    /// <exception cref="InvalidDataException">An answer is of another form.</exception>
    /// <exception cref="IOException">The connection broke, or the service did not answer in 60 s.</exception>
    public static async Task<AppRegistration> FetchAsync(EntraGraph graph, Guid app, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(graph);
        using var limit = new TimeLimit(Patience, time, cancellation);
        var (application, principal) = ($"/v1.0/applications(appId='{app:D}')", $"/v1.0/servicePrincipals(appId='{app:D}')");
        try
        {
            var root = await graph.GetAsync(application, limit.Token).ConfigureAwait(false);
            var owners = await TryAsync(graph, application + "/owners?$select=id", limit.Token).ConfigureAwait(false);
            var federated = await TryAsync(graph, application + "/federatedIdentityCredentials", limit.Token).ConfigureAwait(false);
            var delegated = await TryAsync(graph, principal + "/oauth2PermissionGrants", limit.Token).ConfigureAwait(false);
            var roles = await TryAsync(graph, principal + "/appRoleAssignments", limit.Token).ConfigureAwait(false);
            // Half of the grants would look like all of them.
            return RegistrationReader.Read(root, owners, federated, delegated is { } some && roles is { } others ? [some, others] : null);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException("Microsoft Graph did not answer in 60 s", e);
        }
    }

    // A list that the permissions of the connection do not give is not judged, and the command says so.
    private static async Task<JsonElement?> TryAsync(EntraGraph graph, string path, CancellationToken cancellation)
    {
        try
        {
            return await graph.GetAsync(path, cancellation).ConfigureAwait(false);
        }
        catch (EntraFaultException)
        {
            return null;
        }
    }
}
