using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Identity.Redirects;
using Gatehouse.Identity.Tokens;
using Gatehouse.Settings;
using static Gatehouse.AuthorizationServer.SignIn.AuthorizationParameters;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>Judges authorization requests (OAuth 2.1 §4.1.1, RFC 7636, RFC 8707, RFC 9449 §10, RFC 9470 §4).</summary>
/// <remarks>
/// The order matters. Until client and redirect URI are known to belong together, a fault is shown to the person and nothing leaves this origin: an
/// unregistered redirect URI is an open redirector, and an address for stolen codes (MCP rows C07, C12).
/// </remarks>
internal static class AuthorizationRequestReader
{
    private const int DigestCharacters = 43; // base64url of SHA-256
    private const int MostScopes = 64;

    private static readonly SearchValues<char> Base64UrlCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Judges a request.</summary>
    /// <param name="given">The parameters.</param>
    /// <param name="directory">The clients.</param>
    /// <param name="settings">The configuration in force.</param>
    /// <param name="peer">The stranger whose share of fetches is used.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async ValueTask<AuthorizationRequestOutcome> ReadAsync(
        OAuthParameters given, IClientDirectory directory, GatewaySettings settings, Peer peer, CancellationToken cancellation)
    {
        if (given[ClientId] is not { } clientId) return Fault(null, PageFault.UnknownClient, null) with { Cause = "client-id-missing" };
        var lookup = await directory.FindAsync(clientId, peer.Partition, cancellation).ConfigureAwait(false);
        if (lookup.Client is not { } client) return Fault(null, PageFault.UnknownClient, lookup.Fault) with { Cause = lookup.Cause };
        if (RedirectUris.Find(client, given[Redirect]) is not { } redirect) return Fault(client, PageFault.WrongRedirect, null);
        return given.ArePlain(RequestParameters.MostCharacters) ? Judge(given, client, redirect, settings) : Error(client, Unclear(given, redirect));
    }

    // Several resources are allowed by RFC 8707 §2, and a token is for one here.
    private static ClientError Unclear(OAuthParameters given, RedirectUri redirect)
    {
        var state = given[State] is { Length: <= RequestParameters.MostCharacters } known ? known : null;
        return given.Repeated.Contains(Resource)
            ? new(redirect.Text, state, "invalid_target", "The parameter resource is repeated. Send one resource in each request.")
            : new(redirect.Text, state, "invalid_request", "A parameter is repeated or too long.");
    }

    private static AuthorizationRequestOutcome Judge(OAuthParameters given, OAuthClient client, RedirectUri redirect, GatewaySettings settings)
    {
        var (redirectUri, state) = (redirect.Text, given[State]);
        if (FindProtocolError(given) is { } error) return Error(client, new(redirectUri, state, error.Code, error.Description));
        if (FindServer(given[Resource], settings) is not { } server)
        {
            if (AdministrationResource.IsFor(client, given[Resource], settings)) return Accepted(given, client, redirect, given[Resource]!, []);
            return Error(client, new(redirectUri, state, "invalid_target",
                "The parameter resource names no MCP server of this gateway. Send the identifier from the server's protected resource metadata."));
        }

        var scopes = Scopes(given[Scope], server);
        if (scopes is null) return Error(client, new(redirectUri, state, "invalid_scope", "None of the requested scopes exists for this resource."));
        return Accepted(given, client, redirect, settings.Resource(server), scopes.Value);
    }

    private static AuthorizationRequestOutcome Accepted(
        OAuthParameters given, OAuthClient client, RedirectUri redirect, string resource, ImmutableArray<string> scopes)
    {
        var request = new AuthorizationRequest
        {
            ClientId = client.Id,
            Standing = ClientStanding.Of(client),
            RedirectUri = redirect.Text,
            State = given[State],
            Challenge = given[CodeChallenge]!,
            Resource = resource,
            Scopes = scopes,
            KeyThumbprint = given[KeyThumbprint],
            Prompt = given[Prompt] is { } prompt ? string.Join(' ', Words(prompt)) : null,
            MaxAge = given[MaxAge] is { } age ? int.Parse(age, NumberStyles.None, CultureInfo.InvariantCulture) : null,
            AcrValues = given[AcrValues],
        };
        return new AuthorizationRequestOutcome(client, request, null, null, null) { Redirect = redirect };
    }

    private static (string Code, string Description)? FindProtocolError(OAuthParameters given)
    {
        if (given["request"] is not null) return ("request_not_supported", "Request objects are not supported.");
        if (given["request_uri"] is not null) return ("request_uri_not_supported", "Request objects are not supported.");
        if (given[ResponseType] != "code") return ("unsupported_response_type", "The response_type must be code.");
        if (given["response_mode"] is not (null or "query")) return ("invalid_request", "The response_mode must be query.");
        // A missing method means plain (RFC 7636 §4.3), which shows the verifier to everyone who sees the request.
        if (given[CodeChallengeMethod] != "S256" || !IsDigest(given[CodeChallenge]))
            return ("invalid_request", "PKCE is required: send code_challenge, and code_challenge_method=S256.");
        if (given[KeyThumbprint] is { } thumbprint && !IsDigest(thumbprint)) return ("invalid_request", "dpop_jkt is no SHA-256 thumbprint.");
        return FindPromptError(Words(given[Prompt])) ?? FindAuthenticationError(given[MaxAge], given[AcrValues]);
    }

    private static (string Code, string Description)? FindPromptError(HashSet<string> prompts)
    {
        if (prompts.Contains(PromptValues.None) && prompts.Count > 1) return ("invalid_request", "The prompt none excludes every other value.");
        if (prompts.Contains(PromptValues.None))
            return ("interaction_required", "This server asks the person at every authorization, so prompt=none cannot succeed.");
        return prompts.IsSubsetOf(PromptValues.Accepted) ? null : ("invalid_request", "The value of prompt is not one of login, consent and select_account.");
    }

    private static (string Code, string Description)? FindAuthenticationError(string? age, string? contexts)
    {
        if (age is not null && !int.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return ("invalid_request", "The max_age is not a number of seconds.");
        return contexts?.AsSpan().ContainsAnyExceptInRange(' ', '~') == true
            ? ("invalid_request", "The acr_values are not names that are separated by spaces.") : null;
    }

    private static HashSet<string> Words(string? text) => [.. text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? []];

    private static bool IsDigest(string? text) => text?.Length == DigestCharacters && text.AsSpan().IndexOfAnyExcept(Base64UrlCharacters) < 0;

    // Without the parameter the resource is clear only where there is one.
    private static ServerSettings? FindServer(string? resource, GatewaySettings settings)
    {
        var servers = settings.Servers.Where(server => server.TakesIssuer(settings.Origin)).ToList();
        return resource is null
            ? servers.Count == 1 ? servers[0] : null
            : servers.FirstOrDefault(server => ResourceAudience.Matches(settings.Resource(server), resource));
    }

    /// <summary>The scopes that exist for the server; without a request for any, all of them. Null when none of the requested ones exists.</summary>
    private static ImmutableArray<string>? Scopes(string? requested, ServerSettings server)
    {
        if (requested is null) return [.. server.Scopes];
        var words = requested.Split(' ', MostScopes + 1, StringSplitOptions.RemoveEmptyEntries);
        var known = words.Where(word => server.Scopes.Contains(word, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal).ToImmutableArray();
        return known.Length > 0 || server.Scopes.Count == 0 ? known : null;
    }

    private static AuthorizationRequestOutcome Fault(OAuthClient? client, PageFault fault, string? detail) => new(client, null, null, fault, detail);

    private static AuthorizationRequestOutcome Error(OAuthClient client, ClientError error) => new(client, null, error, null, null);
}
