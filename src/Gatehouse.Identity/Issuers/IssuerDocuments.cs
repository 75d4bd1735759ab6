using System.Text.Json;

namespace Gatehouse.Identity.Issuers;

/// <summary>Fetches an issuer's metadata and key set (RFC 8414 §3; OpenID Connect Discovery §4; RFC 7517 §5).</summary>
/// <remarks>The causes of failures have the words of <c>doctor identity</c>: an operator compares it with <c>status</c>.</remarks>
internal sealed class IssuerDocuments
{
    private readonly string issuer;
    private readonly IMetadataFetcher fetcher;
    private readonly JwksCacheOptions options;
    private readonly bool allowLoopbackHttp;
    private volatile Uri? discovered;

    public IssuerDocuments(string issuer, IMetadataFetcher fetcher, JwksCacheOptions options)
    {
        this.issuer = issuer;
        this.fetcher = fetcher;
        this.options = options;

        // Threat: a public issuer's metadata points at a service of this machine (SSRF, MCP rows E01, E03). Loopback is for
        // an issuer that is itself configured there.
        allowLoopbackHttp = IssuerUri.IsLoopbackHttp(new Uri(issuer));
    }

    /// <summary>Fetches the key set. The metadata are fetched first where the address of the set is not known or must be looked up again.</summary>
    /// <exception cref="Exception">Any failure to fetch, or <see cref="FormatException"/> for a document that is not as it must be.</exception>
    public async Task<JsonWebKeySet> FetchKeysAsync(bool discoverAnew, CancellationToken cancellationToken)
    {
        var uri = options.JwksUri;
        if (uri is null && (discoverAnew || discovered is null))
            discovered = await DiscoverAsync(cancellationToken).ConfigureAwait(false);
        var address = uri ?? discovered!;
        var keys = JsonWebKeySet.Read(await GetAsync(address, cancellationToken).ConfigureAwait(false));
        if (keys.CanVerify) return keys;
        throw new FormatException(keys.Keys.IsEmpty
            ? $"{DocumentFaults.EmptyKeySet(address)}." : $"{DocumentFaults.NoUsableKey(keys.Keys.Length)}.");
    }

    /// <summary>Returns the possible addresses of the metadata, in order: appended to the issuer, then inserted before its path.</summary>
    internal static IEnumerable<Uri> MetadataAddresses(string issuer)
    {
        var uri = new Uri(issuer);
        var path = uri.AbsolutePath.TrimEnd('/');
        var origin = uri.GetLeftPart(UriPartial.Authority);
        yield return new Uri($"{origin}{path}/.well-known/openid-configuration");
        yield return new Uri($"{origin}/.well-known/oauth-authorization-server{path}");
        if (path.Length > 0)
            yield return new Uri($"{origin}/.well-known/openid-configuration{path}");
    }

    /// <summary>Fetches the metadata, which must name this issuer.</summary>
    /// <exception cref="Exception">Any failure to fetch, or <see cref="FormatException"/> for a document that is not as it must be.</exception>
    public Task<JsonElement> FetchMetadataAsync(CancellationToken cancellationToken) => DiscoverAsync(ReadMetadata, cancellationToken);

    private Task<Uri> DiscoverAsync(CancellationToken cancellationToken) => DiscoverAsync(ReadKeysAddress, cancellationToken);

    // An issuer has its metadata at one of several addresses. Of the causes of failures, the nearest is that of the address where they should be.
    private async Task<T> DiscoverAsync<T>(Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        Exception? nearest = null;
        foreach (var address in options.MetadataUri is { } named ? [named] : MetadataAddresses(issuer))
        {
            try
            {
                return read(await GetAsync(address, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
            {
                if (nearest is null || Distance(fault) < Distance(nearest)) nearest = fault;
            }
        }

        throw nearest!;
    }

    // Metadata that the gateway refuses are the nearest cause. An address that does not answer may have them, one without a document has none.
    private static int Distance(Exception fault) => fault switch
    {
        UnusableDocumentException { Cause: UnusableDocumentCause.NotThere } => int.MaxValue,
        UnusableDocumentException unusable => 1 + (int)unusable.Cause,
        FormatException => 0,
        _ => int.MaxValue - 1,
    };

    private JsonElement ReadMetadata(JsonElement root)
    {
        // Threat: metadata of one issuer served for another (mix-up). The names must be the same, character by character (RFC 8414 §3.3).
        if (Text(root, "issuer") is var named && named != issuer)
            throw new FormatException($"{DocumentFaults.OtherIssuer(named)}.");
        if (options.AccessTokenIssuer is { } expected && Text(root, "access_token_issuer") is { } tokens && tokens != expected)
            throw new FormatException(DocumentFaults.OtherTokenIssuer + ".");
        return root;
    }

    private Uri ReadKeysAddress(JsonElement metadata)
    {
        var root = ReadMetadata(metadata);
        if (!Uri.TryCreate(Text(root, "jwks_uri"), UriKind.Absolute, out var uri) || !IssuerUri.IsFetchable(uri, allowLoopbackHttp))
            throw new FormatException(DocumentFaults.NoKeysAddress + ".");
        return uri;
    }

    private async Task<JsonElement> GetAsync(Uri uri, CancellationToken cancellationToken)
    {
        var document = await fetcher.GetAsync(uri, options.MaxDocumentBytes, cancellationToken).ConfigureAwait(false);
        if (document.Body.Length > options.MaxDocumentBytes)
            throw new FormatException($"The issuer's document is larger than {options.MaxDocumentBytes} bytes.");
        return UnusableDocument.Of(document, out var root) is { } unusable
            ? throw new UnusableDocumentException(unusable.Cause, $"{DocumentFaults.At(uri, unusable.Words)}.") : root;
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed class UnusableDocumentException(UnusableDocumentCause cause, string message) : FormatException(message)
    {
        public UnusableDocumentCause Cause { get; } = cause;
    }
}
