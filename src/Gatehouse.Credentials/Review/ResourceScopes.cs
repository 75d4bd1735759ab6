using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Metadata;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Credentials.Review;

/// <summary>Reads which scopes a server takes, from its metadata as a protected resource (RFC 9728 §2, <c>scopes_supported</c>).</summary>
/// <param name="handlers">Handlers for outgoing requests.</param>
internal sealed class ResourceScopes(OutboundHandlers handlers)
{
    private const int LargestDocument = 64 << 10;
    private const int MostScopes = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Returns the scopes; null where the server has no such metadata, or they name no scopes. No credential is sent.</summary>
    public async Task<IReadOnlyList<string>?> ReadAsync(HttpUpstreamSettings server, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(server);
        // A plain client does not reach a server with pinned keys or another host.
        if (server.Pins.Count > 0 || server.Host is not null) return null;
        var origin = server.Url.GetLeftPart(UriPartial.Authority);
        using var fetcher = new MetadataFetcher(handlers, new ConfiguredHosts([new IssuerSettings { Issuer = origin }]));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var address = new Uri(origin + ProtectedResourceMetadata.WellKnownPath(server.Url.AbsolutePath));
            var document = await fetcher.GetAsync(address, LargestDocument, patience.Token).ConfigureAwait(false);
            if (document.StatusCode != 200 || StrictJson.Parse(document.Body, out var root) != StrictJsonFault.None) return null;
            return MetadataMember.Texts(root, "scopes_supported") is { Count: > 0 and <= MostScopes } scopes ? [.. scopes] : null;
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or OperationCanceledException or FormatException
            && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
