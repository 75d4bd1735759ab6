using Gatehouse.Identity.Partitions;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>
/// The clients of the authorization server. An administrator's word comes first, then a client id metadata document, then a registration: nothing
/// that a stranger publishes or registers takes the place of a configured client.
/// </summary>
/// <param name="settings">The settings in force.</param>
/// <param name="documents">The clients with a document.</param>
/// <param name="store">The clients that registered themselves.</param>
/// <param name="time">The clock.</param>
internal sealed class ClientDirectory(
    Func<AuthorizationServerSettings> settings, IClientDocuments documents, IClientStore store, TimeProvider time) : IClientDirectory
{
    // A row that was kept less than that ago is not written again: a client in use would otherwise cost a write for each of its requests.
    private static readonly TimeSpan LongestKeepInterval = TimeSpan.FromHours(1);

    /// <inheritdoc />
    public ValueTask<ClientLookup> FindAsync(string clientId, CallerPartition peer, CancellationToken cancellation) =>
        FindAsync(clientId, peer, hasGrant: false, cancellation);

    /// <inheritdoc />
    public ValueTask<ClientLookup> FindGrantedAsync(string clientId, CallerPartition peer, CancellationToken cancellation) =>
        FindAsync(clientId, peer, hasGrant: true, cancellation);

    private async ValueTask<ClientLookup> FindAsync(string clientId, CallerPartition peer, bool hasGrant, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        var inForce = settings();
        if (inForce.Clients.FirstOrDefault(client => string.Equals(client.Id, clientId, StringComparison.Ordinal)) is { } configured)
            return Found(ClientOf(configured));
        if (ClientDocumentUrl.IsMeant(clientId))
            return await FindDocumentAsync(clientId, inForce, peer, hasGrant, cancellation).ConfigureAwait(false);
        if (!RegisteredClient.IsId(clientId))
            return Unknown();
        return await FindRegisteredAsync(clientId, inForce.Registration, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask KeepAsync(OAuthClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (client.KeptUntil is not { } kept || settings().Registration is not { } registration)
            return;
        var until = time.GetUtcNow() + registration.UnusedLife;
        if (until - kept < KeepInterval(registration))
            return;
        try
        {
            await store.KeepAsync(client.Id, until, cancellation).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // A client that cannot be kept still works; its next use tries again.
        }
    }

    private static TimeSpan KeepInterval(ClientRegistrationSettings registration) =>
        registration.UnusedLife / 4 is var quarter && quarter < LongestKeepInterval ? quarter : LongestKeepInterval;

    private async ValueTask<ClientLookup> FindDocumentAsync(
        string clientId, AuthorizationServerSettings inForce, CallerPartition peer, bool hasGrant, CancellationToken cancellation)
    {
        if (!inForce.ClientDocuments)
            return Missing("documents-off", "This gateway accepts no clients that are known by a metadata document. Ask an administrator to register the client.");
        if (!ClientDocumentUrl.TryParse(clientId, out var url))
            return Missing("document-address", "The client id is not the address of a metadata document: https, a host name and a path. Its publisher must mend it.");
        if (!IsAllowed(inForce.ClientDocumentHosts, url.Host))
            return Missing("document-host", "This gateway does not accept clients of that host. Ask an administrator to add it to the hosts of client documents.");
        var result = await documents.FindAsync(url, peer, hasGrant, cancellation).ConfigureAwait(false);
        if (result.Client is { } client)
            return Found(client);
        return Missing(SlugOf(result.Fault), Describe(result.Fault)) with
        {
            IsTemporary = result.Fault is ClientDocumentFault.Unreachable or ClientDocumentFault.Unavailable or ClientDocumentFault.Busy,
        };
    }

    private async ValueTask<ClientLookup> FindRegisteredAsync(
        string clientId, ClientRegistrationSettings? registration, CancellationToken cancellation)
    {
        if (registration is null)
            return Missing("registration-off", "This gateway accepts no clients that register themselves. Ask an administrator to register the client.");
        var now = time.GetUtcNow();
        try
        {
            if (await store.FindAsync(clientId, now, cancellation).ConfigureAwait(false) is not { } row)
                return Unknown();
            return RegisteredClient.Read(row, registration) is { } client ? Found(client) : Unknown();
        }
        catch (StoreException)
        {
            return Missing("store", "The gateway cannot read its clients now. Try again in a minute.") with { IsTemporary = true };
        }
    }

    private static OAuthClient ClientOf(OAuthClientSettings configured) => new()
    {
        Id = configured.Id,
        Name = configured.Name,
        Origin = ClientOrigin.Configured,
        RedirectUris = [.. configured.RedirectUris],
        Secret = configured.Secret,
        IsPreApproved = configured.PreApproved,
        MayIntrospect = configured.MayIntrospect,
        IsLoopbackOnly = RedirectUris.AreLoopback(configured.RedirectUris),
    };

    private static bool IsAllowed(IReadOnlyList<string> hosts, string host) =>
        hosts.Count == 0 || hosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    private static ClientLookup Found(OAuthClient client) => new(client, null);

    private static ClientLookup Missing(string cause, string fault) => new(null, fault, cause);

    private static ClientLookup Unknown() =>
        Missing("unknown", "This gateway does not know the client. Remove the server from the client and add it again, or ask an administrator.");

    private static string SlugOf(ClientDocumentFault fault) => fault switch
    {
        ClientDocumentFault.Unreachable => "document-unreachable",
        ClientDocumentFault.Unavailable => "document-unavailable",
        ClientDocumentFault.Busy => "document-busy",
        ClientDocumentFault.Status => "document-missing",
        ClientDocumentFault.ContentType => "document-type",
        ClientDocumentFault.Size => "document-size",
        ClientDocumentFault.Identifier => "document-id",
        ClientDocumentFault.Name => "document-name",
        ClientDocumentFault.RedirectUris => "document-redirect",
        ClientDocumentFault.Authentication => "document-authentication",
        ClientDocumentFault.Grant => "document-grant",
        _ => "document-form",
    };

    private static string Describe(ClientDocumentFault fault) => fault switch
    {
        ClientDocumentFault.Unreachable => "The client's metadata document cannot be fetched. Try again in a minute.",
        ClientDocumentFault.Unavailable => "The host of the client's metadata document does not answer now. Try again in a minute.",
        ClientDocumentFault.Busy => "The gateway fetches too many metadata documents now. Try again in a minute.",
        ClientDocumentFault.Status => "There is no metadata document at the client id. The client's publisher must mend it.",
        ClientDocumentFault.ContentType => "The client's metadata document is not sent as JSON. The client's publisher must mend it.",
        ClientDocumentFault.Size =>
            $"The client's metadata document is larger than {ClientDocuments.LargestDocument / 1024} KiB. The client's publisher must mend it.",
        ClientDocumentFault.Identifier => "The client's metadata document names another client id. The client's publisher must mend it.",
        ClientDocumentFault.Name => "The client's metadata document has no name that can be shown. The client's publisher must mend it.",
        ClientDocumentFault.RedirectUris => "The client's metadata document has no acceptable redirect URIs. The client's publisher must mend it.",
        ClientDocumentFault.Authentication =>
            "The client's metadata document asks for client authentication. This gateway accepts only public clients with a document.",
        ClientDocumentFault.Grant => "The client's metadata document excludes the authorization code grant, which this gateway needs.",
        _ => "The client's metadata document is not valid JSON. The client's publisher must mend it.",
    };
}
