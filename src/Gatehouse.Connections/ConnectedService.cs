using System.Security.Cryptography;
using System.Text;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Connections;

/// <summary>
/// The gateway as a client of one third-party service: authorization code flow with PKCE S256, refresh and revocation. Safe for concurrent use.
/// </summary>
internal sealed class ConnectedService
{
    /// <summary>The time after a failed request in which the service is not asked for a token.</summary>
    public static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(5);

    private const int LongestCode = 8 * 1024;
    private const int Ok = 200;
    private const int TooManyRequests = 429;
    private const int ServerError = 500;

    private readonly ConnectionProviderSettings settings;
    private readonly string redirectUri;
    private readonly TokenDeletion deletion;
    private readonly Func<SecretReference, SecretText> secrets;
    private readonly TimeProvider time;
    private readonly SignInFaults common;
    private readonly ProviderDiscovery? discovery;
    private readonly ProviderForms forms;
    private long failedAt;
    private volatile bool hasFailed;

    /// <summary>Makes the client. Nothing is fetched yet.</summary>
    /// <param name="settings">The service.</param>
    /// <param name="origin">The origin of the gateway, with which the redirect address begins.</param>
    /// <param name="fetcher">Fetches metadata.</param>
    /// <param name="poster">Sends forms.</param>
    /// <param name="deletion">Revokes tokens where the service takes no form.</param>
    /// <param name="secrets">Reads the gateway's secret at the service.</param>
    /// <param name="time">The clock.</param>
    public ConnectedService(
        ConnectionProviderSettings settings, string origin, IMetadataFetcher fetcher, IFormPoster poster, TokenDeletion deletion,
        Func<SecretReference, SecretText> secrets, TimeProvider time)
    {
        this.settings = settings;
        this.deletion = deletion;
        this.secrets = secrets;
        this.time = time;
        redirectUri = origin + Routes.ConnectCallback + settings.Name;
        Identity = IdentityOf(settings);
        Faults = new ConnectionFaults(settings.Title);
        common = new SignInFaults(settings.Title, isEntra: false) { SecretKey = "client" };
        forms = new ProviderForms(settings.ClientId, settings.ClientSecret, poster, secrets, common, time);
        if (settings.Issuer is { } issuer)
        {
            var provider = new SignInProviderSettings { Name = settings.Name, Issuer = issuer, ClientId = settings.ClientId };
            discovery = new ProviderDiscovery(provider, fetcher, common, time);
        }
    }

    /// <summary>Name of the service in the configuration.</summary>
    public string Name => settings.Name;

    /// <summary>The name that people read.</summary>
    public string Title => settings.Title;

    /// <summary>The host at which people agree, before metadata are known that of the issuer.</summary>
    public string Host => (settings.AuthorizationEndpoint ?? new Uri(settings.Issuer!)).Authority;

    /// <summary>The service and the gateway's client there, as <see cref="IdentityOf"/> names them.</summary>
    public string Identity { get; }

    /// <summary>The faults of the service.</summary>
    public ConnectionFaults Faults { get; }

    /// <summary>Returns a text that changes when the name of the service is given to another one, or to another client there.</summary>
    public static string IdentityOf(ConnectionProviderSettings settings) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', settings.Issuer, settings.AuthorizationEndpoint?.AbsoluteUri, settings.TokenEndpoint?.AbsoluteUri, settings.ClientId))));

    /// <summary>Returns the address to which a browser is sent.</summary>
    /// <exception cref="SignInException">The service cannot be used now.</exception>
    public async ValueTask<Uri> BeginAsync(string state, string verifier, IReadOnlyList<string> scopes, CancellationToken cancellation)
    {
        var endpoints = await EndpointsAsync(cancellation).ConfigureAwait(false);
        var challenge = System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        List<(string Name, string Value)> parameters =
        [
            ("response_type", "code"), ("client_id", settings.ClientId), ("redirect_uri", redirectUri), ("state", state),
            ("code_challenge", challenge), ("code_challenge_method", "S256"),
        ];
        if (scopes.Count > 0) parameters.Add(("scope", string.Join(' ', scopes)));
        parameters.AddRange(settings.Parameters.Select(pair => (pair.Key, pair.Value)));
        var address = new StringBuilder(endpoints.Authorization.AbsoluteUri);
        address.Append(endpoints.Authorization.AbsoluteUri.Contains('?', StringComparison.Ordinal) ? '&' : '?');
        address.AppendJoin('&', parameters.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}"));
        return new Uri(address.ToString());
    }

    /// <summary>Judges an answer and redeems its code.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="state">The record of the consent.</param>
    /// <param name="scopes">The scopes that the page named.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="SignInException">The answer is not of this service, or it gave no token.</exception>
    public async Task<ConnectionTokens> CompleteAsync(
        ProviderAnswer answer, ConnectionState state, IReadOnlyList<string> scopes, CancellationToken cancellation)
    {
        // Threat: the answer of another service (mix-up, RFC 9700 §4.4). Each has a redirect address of its own, which is compared first, and an
        // issuer in the answer is compared where it is known.
        if (state.Provider != Name || answer.Provider != Name) throw new SignInException(Faults.Mismatch());
        if (state.Service != Identity) throw new SignInException(Faults.Changed());
        var endpoints = await EndpointsAsync(cancellation).ConfigureAwait(false);
        if (!IsOfThis(answer.Issuer, endpoints)) throw new SignInException(Faults.Mismatch());
        if (answer.Error is "access_denied") throw new SignInException(Faults.Denied());
        if (answer.Error is { } error) throw new SignInException(Faults.Error(error));
        if (answer.Code is not { Length: > 0 and <= LongestCode } code) throw new SignInException(Faults.CodeMissing());
        var tokens = await AskAsync(endpoints,
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectUri), ("code_verifier", state.Verifier)], cancellation)
            .ConfigureAwait(false);
        Judge(tokens, scopes);
        return tokens;
    }

    /// <summary>Returns new tokens for a refresh token.</summary>
    /// <param name="refreshToken">The refresh token.</param>
    /// <param name="scopes">The scopes that the new tokens may have at most.</param>
    /// <param name="isProvoked">True where a server's refusal is the cause: its failure pauses nothing for others.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="SignInException">
    /// The service refused it, with <see cref="ConnectionFaults.RefusedCode"/>, or it cannot be used now.
    /// </exception>
    public async Task<ConnectionTokens> RefreshAsync(
        string refreshToken, IReadOnlyList<string> scopes, bool isProvoked, CancellationToken cancellation)
    {
        // A service that is down costs each call no more than one wait in a while.
        if (hasFailed && time.GetElapsedTime(Interlocked.Read(ref failedAt)) < FailurePause) throw new SignInException(common.Unavailable());
        try
        {
            var endpoints = await EndpointsAsync(cancellation).ConfigureAwait(false);
            var tokens = await AskAsync(endpoints, [("grant_type", "refresh_token"), ("refresh_token", refreshToken)], cancellation)
                .ConfigureAwait(false);
            hasFailed = false;
            if (tokens.Scopes is { } granted && granted.Except(scopes, StringComparer.Ordinal).Any()) throw new SignInException(Faults.ScopeWider());
            return tokens;
        }
        catch (SignInException fault) when (fault.Fault.Code == SignInFaults.UnavailableCode && !isProvoked)
        {
            Interlocked.Exchange(ref failedAt, time.GetTimestamp());
            hasFailed = true;
            throw;
        }
    }

    /// <summary>Revokes the tokens of a connection at the service (RFC 7009). The refresh token is first, since it makes others.</summary>
    /// <returns>False when the service has no revocation endpoint, does not answer, or refuses.</returns>
    public async Task<bool> RevokeAsync(ConnectionFacts facts, CancellationToken cancellation)
    {
        try
        {
            var endpoints = await EndpointsAsync(cancellation).ConfigureAwait(false);
            if (endpoints.Revocation is not { } address) return false;
            if (settings.Revocation == ConnectionRevocation.Delete)
                return await deletion.DeleteAsync(address, (settings.ClientId, Secret()), facts.AccessToken, cancellation).ConfigureAwait(false);
            var isRevoked = facts.RefreshToken is { } refresh
                && await RevokeAsync(address, endpoints, refresh, "refresh_token", cancellation).ConfigureAwait(false);
            // A service may end the access tokens with their refresh token (RFC 7009 §2.1), and then not know this one any more (Google).
            return await RevokeAsync(address, endpoints, facts.AccessToken, "access_token", cancellation).ConfigureAwait(false) || isRevoked;
        }
        catch (Exception fault) when (fault is SignInException or InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Only the name.</summary>
    public override string ToString() => Name;

    private ValueTask<ProviderEndpoints> EndpointsAsync(CancellationToken cancellation) => discovery?.GetAsync(cancellation)
        ?? ValueTask.FromResult(new ProviderEndpoints
        {
            Authorization = settings.AuthorizationEndpoint!,
            Token = settings.TokenEndpoint!,
            Revocation = settings.RevocationEndpoint,
            Keys = settings.TokenEndpoint!,
            NamesItself = false,
            TakesBasic = false,
            TakesPost = true,
        });

    private async Task<bool> RevokeAsync(Uri address, ProviderEndpoints endpoints, string token, string hint, CancellationToken cancellation)
    {
        try
        {
            var answer = await forms.PostAsync(address, endpoints, [("token", token), ("token_type_hint", hint)], cancellation).ConfigureAwait(false);
            return answer.StatusCode is >= Ok and < 300;
        }
        catch (SignInException)
        {
            return false; // the next token is revoked nevertheless
        }
    }

    private string Secret() => settings.ClientSecret is { } secret ? secrets(secret).Reveal().ToString() : "";

    // RFC 9207 §2.4. A service without metadata has no issuer to compare, so what it names must at least be at the origin that was asked.
    private bool IsOfThis(string? issuer, ProviderEndpoints endpoints)
    {
        if (settings.Issuer is { } known) return issuer is null ? !endpoints.NamesItself : issuer == known;
        return issuer is null || (Uri.TryCreate(issuer, UriKind.Absolute, out var named)
            && named.GetLeftPart(UriPartial.Authority) == endpoints.Authorization.GetLeftPart(UriPartial.Authority));
    }

    private async Task<ConnectionTokens> AskAsync(
        ProviderEndpoints endpoints, IReadOnlyList<(string Name, string Value)> parameters, CancellationToken cancellation)
    {
        var answer = await forms.PostAsync(endpoints.Token, endpoints, parameters, cancellation).ConfigureAwait(false);
        if (answer.StatusCode is TooManyRequests or >= ServerError) throw new SignInException(common.Unavailable());
        if (answer.StatusCode is >= 300 and < 400) throw new SignInException(Faults.Redirect());
        if (ConnectionTokens.ErrorOf(answer.Body) is { } error) throw new SignInException(ErrorOf(error));
        return answer.StatusCode == Ok && ConnectionTokens.Read(answer.Body) is { } tokens ? tokens : throw new SignInException(Faults.Answer());
    }

    // GitHub has a word of its own for a code or refresh token that it does not accept.
    private SignInFault ErrorOf(string error) => error is "invalid_grant" or "bad_verification_code" or "bad_refresh_token"
        ? Faults.Refused() : Faults.Error(error);

    private void Judge(ConnectionTokens tokens, IReadOnlyList<string> scopes)
    {
        if (tokens.Scopes is not { } granted) return;
        if (scopes.Except(granted, StringComparer.Ordinal).Any()) throw new SignInException(Faults.ScopeMissing());
        if (granted.Except(scopes, StringComparer.Ordinal).Any()) throw new SignInException(Faults.ScopeWider());
    }
}
