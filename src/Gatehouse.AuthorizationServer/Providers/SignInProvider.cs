using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Validation;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>
/// The gateway as a client of one OpenID Connect provider: authorization code flow with PKCE S256, and an ID token that is checked in full. Safe for
/// concurrent use.
/// </summary>
/// <remarks>
/// The answer is judged before any part of it is used: first the address to which it came and the issuer that it names, then its error, then its
/// code. Nothing of an answer that came from elsewhere reaches a page (MCP rows B10 to B12).
/// </remarks>
internal sealed class SignInProvider : ISignInProvider, IProviderRefresh, IDisposable
{
    private const int RandomBytes = 32; // 43 characters, the shortest verifier that RFC 7636 §4.1 allows, and 256 bits
    private const int LongestCode = 8 * 1024;
    private const string OpenId = "openid";

    private readonly Lock gate = new();
    private readonly SignInProviderSettings settings;
    private readonly string redirectUri;
    private readonly IMetadataFetcher fetcher;
    private readonly TimeProvider time;
    private readonly SignInFaults faults;
    private readonly ProviderDiscovery discovery;
    private readonly TokenRequest tokens;
    private readonly PersonReader people;
    private JwksCache? keys;
    private Uri? keysAddress;
    private int exchanges;
    private bool isRetired;

    /// <summary>Makes the client. Nothing is fetched yet.</summary>
    /// <param name="settings">The provider.</param>
    /// <param name="redirectUri">The address to which the provider returns browsers: the gateway's origin with <c>/oauth/callback/NAME</c>.</param>
    /// <param name="fetcher">Fetches metadata and keys.</param>
    /// <param name="poster">Sends the form to the token endpoint.</param>
    /// <param name="secrets">Reads the gateway's secret at the provider.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">The settings or the redirect URI have faults; the message lists all of them.</exception>
    public SignInProvider(
        SignInProviderSettings settings, string redirectUri, IMetadataFetcher fetcher, IFormPoster poster, Func<SecretReference, SecretText> secrets,
        TimeProvider time)
    {
        var found = SignInProfile.FindFaults(settings);
        if (found.Count > 0) throw new ArgumentException(string.Join("; ", found), nameof(settings));
        if (!IsRedirectUri(redirectUri)) throw new ArgumentException("The redirect URI is neither https nor http on loopback.", nameof(redirectUri));
        this.settings = settings;
        this.redirectUri = redirectUri;
        this.fetcher = fetcher;
        this.time = time;
        DisplayName = settings.DisplayName ?? new Uri(settings.Issuer).Host;
        faults = new SignInFaults(DisplayName, settings.Profile == IssuerProfileName.Entra);
        discovery = new ProviderDiscovery(settings, fetcher, faults, time);
        tokens = new TokenRequest(settings, DisplayName, redirectUri, poster, secrets, faults, time);
        people = new PersonReader(settings, faults, time);
    }

    /// <inheritdoc />
    public string Name => settings.Name;

    /// <inheritdoc />
    public string DisplayName { get; }

    /// <summary>
    /// The cause of the last failed request for the metadata or for the keys, only for the operator; null after a success, and before the first
    /// request. Metadata are requested only for a sign-in, so it stays until one succeeds.
    /// </summary>
    public string? LastFault
    {
        get
        {
            lock (gate) return discovery.LastFault is { } fault ? $"its metadata: {fault.Code}" : keys?.LastFault is { } cause ? $"its keys: {cause}" : null;
        }
    }

    /// <inheritdoc />
    public async ValueTask<(Uri Address, SignInAttempt Attempt)> BeginAsync(string state, SignInDemand demand, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(demand);
        ArgumentException.ThrowIfNullOrEmpty(state);
        var endpoints = await discovery.GetAsync(cancellation).ConfigureAwait(false);
        var attempt = new SignInAttempt(settings.Name, settings.Issuer, Random(), Random()) { Demand = demand, BeganAt = time.GetUtcNow() };
        return (Address(endpoints.Authorization, state, demand, attempt), attempt);
    }

    /// <inheritdoc />
    public async ValueTask<SignInResult> CompleteAsync(SignInAttempt attempt, ProviderAnswer answer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentNullException.ThrowIfNull(answer);
        if (attempt.Provider != settings.Name || attempt.Issuer != settings.Issuer) return new SignInResult(null, faults.Changed());

        // Threat: the answer of another provider (mix-up). The address is the provider's own, so it tells also where the provider sends no iss
        // (RFC 9700 §4.4.2.2; RFC 9207 §1). Character by character, nothing normalized (RFC 9207 §2.4).
        if (answer.Provider != attempt.Provider) return new SignInResult(null, faults.IssuerMismatch());
        if (answer.Issuer is not null && answer.Issuer != attempt.Issuer) return new SignInResult(null, faults.IssuerMismatch());
        Enter();
        try
        {
            return new SignInResult(await FindPersonAsync(attempt, answer, cancellation).ConfigureAwait(false), null);
        }
        catch (SignInException fault)
        {
            return new SignInResult(null, fault.Fault);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Stops the background refresh of keys as soon as no answer is being judged: a reload replaces the provider, and a person who is signing in at
    /// that moment is not refused for it. An answer that begins to be judged after it is judged too.
    /// </summary>
    public void Dispose()
    {
        lock (gate)
        {
            isRetired = true;
            StopUnused();
        }
    }

    private void Enter()
    {
        lock (gate) exchanges++;
    }

    private void Leave()
    {
        lock (gate)
        {
            exchanges--;
            StopUnused();
        }
    }

    // A cache of keys that is disposed fetches nothing any more, so it is made again for a later answer.
    private void StopUnused()
    {
        if (!isRetired || exchanges > 0) return;
        keys?.Dispose();
        keys = null;
    }

    /// <summary>Only the name.</summary>
    public override string ToString() => settings.Name;

    private async Task<SignedInPerson> FindPersonAsync(SignInAttempt attempt, ProviderAnswer answer, CancellationToken cancellation)
    {
        var endpoints = await discovery.GetAsync(cancellation).ConfigureAwait(false);
        if (FindFault(answer, endpoints) is { } fault) throw new SignInException(fault);
        var answered = await tokens.RedeemAsync(endpoints, answer.Code!, attempt.Verifier, cancellation).ConfigureAwait(false);
        var profile = SignInProfile.Of(settings) with { TokenIssuer = endpoints.AccessTokenIssuer };
        return await people.ReadAsync(new TrustedIssuer(profile, KeysAt(endpoints.Keys)), attempt, answered, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<byte[]> RefreshAsync(string refreshToken, CancellationToken cancellation) => await tokens.RefreshAsync(
        await discovery.GetAsync(cancellation).ConfigureAwait(false), refreshToken, cancellation).ConfigureAwait(false);

    private SignInFault? FindFault(ProviderAnswer answer, ProviderEndpoints endpoints)
    {
        if (answer.Issuer is null && endpoints.NamesItself) return faults.IssuerMissing();
        if (answer.Error is not null)
        {
            var known = settings.Profile == IssuerProfileName.Entra ? EntraErrors.Find(DisplayName, answer.ErrorDescription) : null;
            return known ?? ProviderErrors.Of(DisplayName, answer.Error);
        }

        return answer.Code is { Length: > 0 and <= LongestCode } ? null : faults.CodeMissing();
    }

    // The address of the keys comes from the metadata and may change; its cache then begins again.
    private JwksCache KeysAt(Uri address)
    {
        lock (gate)
        {
            if (keys is not null && keysAddress == address) return keys;
            keys?.Dispose();
            keysAddress = address;
            return keys = new JwksCache(settings.Issuer, fetcher, time, new JwksCacheOptions { JwksUri = address });
        }
    }

    // An authorization endpoint may have a query, which stays (RFC 6749 §3.1). The parameter 'resource' is not sent: the gateway is the client here,
    // and Entra refuses it (AADSTS901002).
    private Uri Address(Uri endpoint, string state, SignInDemand demand, SignInAttempt attempt)
    {
        var address = new StringBuilder(endpoint.AbsoluteUri);
        address.Append(endpoint.AbsoluteUri.Contains('?', StringComparison.Ordinal) ? '&' : '?');
        address.Append("response_type=code&response_mode=query&client_id=").Append(Uri.EscapeDataString(settings.ClientId));
        address.Append("&redirect_uri=").Append(Uri.EscapeDataString(redirectUri));
        address.Append("&scope=").Append(Uri.EscapeDataString(Scope()));
        address.Append("&state=").Append(Uri.EscapeDataString(state));
        address.Append("&nonce=").Append(attempt.Nonce);
        address.Append("&code_challenge=").Append(Challenge(attempt.Verifier)).Append("&code_challenge_method=S256");
        foreach (var (name, value) in DemandParameters.Of(demand, settings.Profile))
            address.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return new Uri(address.ToString());
    }

    // Without the scope openid there is no ID token (OpenID Connect Core §3.1.2.1).
    private string Scope() => string.Join(' ', settings.Scopes.Prepend(OpenId).Distinct(StringComparer.Ordinal));

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    private static string Challenge(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    private static bool IsRedirectUri(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Fragment.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}
