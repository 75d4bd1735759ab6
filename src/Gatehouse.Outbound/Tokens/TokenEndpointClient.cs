using System.Buffers;
using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Clients;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Issuers;
using Gatehouse.Settings;

namespace Gatehouse.Outbound.Tokens;

/// <summary>Requests tokens from the token endpoint of one issuer, which its metadata name. Bounded in size and time; follows no redirect.</summary>
/// <param name="issuer">The issuer.</param>
/// <param name="client">The gateway as its client.</param>
/// <param name="fetcher">Fetches the metadata.</param>
/// <param name="poster">Sends the form.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenEndpointClient(
    IssuerSettings issuer, IClientAuthenticator client, IMetadataFetcher fetcher, IFormPoster poster, TimeProvider time)
{
    /// <summary>The longest that a request may take, with that for the metadata: 10 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The time before its end from which a token is not used any more: 30 s.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromSeconds(30);

    /// <summary>The longest answer that is read, in bytes: 64 KiB.</summary>
    public const int LargestAnswer = 64 << 10;

    /// <summary>The type of an identity assertion (draft-ietf-oauth-identity-assertion-authz-grant).</summary>
    public const string AssertionType = "urn:ietf:params:oauth:token-type:id-jag";

    private const int LongestToken = 16 << 10;
    private const int Ok = 200;

    private static readonly TimeSpan MetadataLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan UsualLife = TimeSpan.FromMinutes(5); // of a token whose issuer does not say it (RFC 6749 §5.1)
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(24);

    // RFC 6750 §2.1: the characters of a token. Threat: a line break in a header (CWE-113).
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=");

    // Entra's version 1.0 names another issuer than that of its token endpoint.
    private static readonly string[] TokenTypes =
        ["urn:ietf:params:oauth:token-type:access_token", "urn:ietf:params:oauth:token-type:jwt"];

    private readonly IssuerDocuments documents = new(
        IssuerMetadata.AuthorizationServer(new IssuerProfile
        { Issuer = issuer.Issuer, Kind = issuer.Profile == IssuerProfileName.Entra ? IssuerKind.Entra : IssuerKind.Strict }),
        fetcher, new JwksCacheOptions { MetadataUri = issuer.Metadata });

    private readonly bool allowLoopbackHttp = IssuerUri.IsLoopbackHttp(new Uri(issuer.Issuer));

    private volatile Known? known;

    /// <summary>The issuer.</summary>
    public IssuerSettings Issuer => issuer;

    /// <summary>Requests a token.</summary>
    /// <param name="grant">The parameters of the grant, encoded as a form, without those of the client.</param>
    /// <param name="check">What the answer must be.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <param name="onLeft">Called once the request has left with the secret of the gateway, or may have; null where no one counts.</param>
    /// <exception cref="TokenFaultException">The issuer gives no token.</exception>
    public async Task<IssuedToken> RequestAsync(
        string grant, IssuedTokenCheck check, CancellationToken cancellation, Action? onLeft = null)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return await AskAsync(grant, check, onLeft, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (InvalidDataException fault)
        {
            throw new TokenFaultException(TokenFaultKind.Configuration, fault.Message);
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException
            || (fault is OperationCanceledException && patience.IsCancellationRequested))
        {
            throw new TokenFaultException(TokenFaultKind.NotNow, $"{issuer.Issuer} gave no answer: {FetchFault.Of(fault)}");
        }
    }

    private async Task<IssuedToken> AskAsync(string grant, IssuedTokenCheck check, Action? onLeft, CancellationToken cancellation)
    {
        var metadata = await MetadataAsync(cancellation).ConfigureAwait(false);
        var text = new StringBuilder(grant);
        using var basic = client.Authenticate(text, metadata.Root);
        var form = Encoding.ASCII.GetBytes(text.ToString());
        try
        {
            var asked = time.GetUtcNow();
            var answer = await PostAsync(metadata.TokenEndpoint, form, basic, onLeft, cancellation).ConfigureAwait(false);
            if (answer.StatusCode != Ok) throw TokenErrors.Of(issuer.Issuer, answer);
            var token = Read(answer.Body, asked, check.IsAssertion);
            return check.FindFault(token, issuer, asked) is { } fault ? throw Unusable(fault) : token;
        }
        finally
        {
            Array.Clear(form);
        }
    }

    private async Task<FetchedDocument> PostAsync(
        Uri endpoint, ReadOnlyMemory<byte> form, SecretText? basic, Action? onLeft, CancellationToken cancellation)
    {
        var hasLeft = true;
        try
        {
            return await poster.PostAsync(endpoint, form, basic, LargestAnswer, cancellation).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            hasLeft = Departure.IsPossible(fault);
            throw;
        }
        finally
        {
            if (hasLeft) onLeft?.Invoke();
        }
    }

    private async Task<Known> MetadataAsync(CancellationToken cancellation)
    {
        var earlier = known;
        if (earlier is not null && time.GetUtcNow() - earlier.At < MetadataLife) return earlier;
        try
        {
            var root = await documents.FetchMetadataAsync(cancellation).ConfigureAwait(false);
            // B20: off loopback only https. The trust in another host than the issuer's own is that of a learned address.
            if (!Uri.TryCreate(MetadataMember.Text(root, "token_endpoint"), UriKind.Absolute, out var endpoint)
                || !IssuerUri.IsFetchable(endpoint, allowLoopbackHttp))
                throw new FormatException("its metadata name no token_endpoint with https");
            return known = new Known(root, endpoint, time.GetUtcNow());
        }
        catch (Exception fault) when (fault is FormatException or IOException or HttpRequestException && !cancellation.IsCancellationRequested)
        {
            if (earlier is not null && fault is not FormatException) return earlier;
            throw fault is FormatException
                ? new TokenFaultException(TokenFaultKind.Configuration, $"{issuer.Issuer}: {fault.Message.TrimEnd('.')}")
                : new TokenFaultException(TokenFaultKind.NotNow, $"the metadata of {issuer.Issuer} cannot be fetched: {FetchFault.Of(fault)}");
        }
    }

    private IssuedToken Read(ReadOnlyMemory<byte> body, DateTimeOffset asked, bool isAssertion)
    {
        if (StrictJson.Parse(body, out var root) != StrictJsonFault.None) throw Unusable("it is no JSON");
        var isBearer = string.Equals(MetadataMember.Text(root, "token_type"), "Bearer", StringComparison.OrdinalIgnoreCase);
        if (!isBearer && !isAssertion) throw Unusable("its token is no bearer token");
        // RFC 8693 §2.2.1: the member says what access_token holds.
        var issued = MetadataMember.Text(root, "issued_token_type");
        if (isAssertion && issued != AssertionType) throw Unusable("it has no identity assertion");
        if (!isAssertion && root.TryGetProperty("issued_token_type", out _) && !TokenTypes.Contains(issued ?? ""))
            throw Unusable("it has no access token");
        if (MetadataMember.Text(root, "access_token") is not { Length: > 0 and <= LongestToken } token
            || token.AsSpan().ContainsAnyExcept(TokenCharacters)) throw Unusable("it has no token that a header can carry");
        return new IssuedToken(new SecretText(token), asked, asked + LifeOf(root), MetadataMember.Text(root, "scope"));
    }

    private TimeSpan LifeOf(JsonElement root)
    {
        if (!root.TryGetProperty("expires_in", out var life)) return UsualLife - Reserve;
        if (life.ValueKind != JsonValueKind.Number || !life.TryGetInt32(out var seconds) || seconds < 1) throw Unusable("its token has no life");
        var whole = TimeSpan.FromSeconds(seconds);
        if (whole > LongestLife) whole = LongestLife;
        return whole > Reserve * 4 ? whole - Reserve : whole * 0.75;
    }

    private TokenFaultException Unusable(string why) =>
        new(TokenFaultKind.Answer, $"the answer of the token endpoint of {issuer.Issuer} cannot be used: {why}");

    private sealed record Known(JsonElement Root, Uri TokenEndpoint, DateTimeOffset At);
}
