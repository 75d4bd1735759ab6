using System.Collections.Immutable;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>Validates the tokens of a provider and reads the person from them.</summary>
/// <param name="settings">The provider.</param>
/// <param name="faults">The faults of this provider.</param>
/// <param name="time">The clock.</param>
internal sealed class PersonReader(SignInProviderSettings settings, SignInFaults faults, TimeProvider time)
{
    private const int LongestDisplayName = 200;

    // The first that is there. None of them identifies the person: names change, and some providers let people choose them.
    private static readonly ImmutableArray<string> NameClaims = ["name", "preferred_username", "email", "upn", "unique_name"];

    // AD FS derives sub for each client, and issuance rules decide which names an access token has.
    private static readonly ImmutableArray<string> AdFsNames = ["upn", "unique_name", "sub"];

    /// <summary>Validates the tokens.</summary>
    /// <param name="issuer">The provider's profile and keys.</param>
    /// <param name="attempt">The record of the sign-in.</param>
    /// <param name="answer">The tokens.</param>
    /// <param name="cancellation">Ends the wait for keys.</param>
    /// <exception cref="SignInException">A token was refused.</exception>
    public async Task<SignedInPerson> ReadAsync(TrustedIssuer issuer, SignInAttempt attempt, TokenAnswer answer, CancellationToken cancellation)
    {
        var validator = new IdTokenValidator(issuer.Profile, issuer.Keys, time);
        var expected = new IdTokenExpectation(settings.ClientId, attempt.Nonce, answer.AccessToken);
        var result = await validator.ValidateAsync(answer.IdToken, expected, cancellation).ConfigureAwait(false);
        if (!result.IsVerified) throw new SignInException(faults.IdToken(result.Refusal.Value));
        var person = Person(result.Token, answer) with { ProviderTokensAt = attempt.BeganAt };
        if (settings.Audience is { } audience)
            person = Joined(person, await ValidateAsync(issuer, audience, result.Token, answer.AccessToken, cancellation).ConfigureAwait(false));
        return attempt.Demand is { } demand ? Judge(person, demand, attempt.BeganAt - issuer.Profile.ClockSkew, result.Token) : person;
    }

    // Threat: the person, or a program in the browser, removes the demand from the address. A provider may also ignore it. A client that got a token
    // nevertheless would take an old or weak sign-in for the one that it demanded (RFC 9470 §5).
    private SignedInPerson Judge(SignedInPerson person, SignInDemand demand, DateTimeOffset began, VerifiedIdToken token)
    {
        if (demand.LongestAge() is { } longest)
        {
            var at = person.AuthenticatedAt ?? throw new SignInException(faults.AuthenticationTimeMissing());
            if (at < began - longest) throw new SignInException(faults.AuthenticationTooOld());
        }

        var contexts = demand.Contexts();
        if (contexts.Length == 0 || contexts.Contains(person.AuthenticationContext) || person.AuthenticationMethods.Any(contexts.Contains))
            return person;
        return AuthenticationContexts(token).FirstOrDefault(contexts.Contains) is { } shown
            ? person with { AuthenticationContext = shown } : throw new SignInException(faults.AuthenticationTooWeak());
    }

    // Entra says which of its contexts a sign-in satisfied in a claim of its own.
    private IEnumerable<string> AuthenticationContexts(VerifiedIdToken token)
    {
        if (settings.Profile != IssuerProfileName.Entra || !token.Claims.TryGetProperty("acrs", out var value)) return [];
        return value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!),
            JsonValueKind.String => [value.GetString()!],
            _ => [],
        };
    }

    private SignedInPerson Person(VerifiedIdToken token, TokenAnswer answer) => new()
    {
        Provider = settings.Name,
        Issuer = settings.Issuer,
        ProviderSubject = token.Subject,
        DisplayName = Bounded(NameClaims.Select(token.Text).FirstOrDefault(name => name is not null) ?? token.Subject),
        Roles = token.Roles,
        Groups = token.Groups,
        GroupsIncomplete = token.GroupsIncomplete,
        AuthenticationContext = token.AuthenticationContext,
        AuthenticationMethods = token.AuthenticationMethods,
        AuthenticatedAt = token.AuthenticatedAt,
        ProviderTokens = answer.Body,
    };

    // Scopes and roles are what the provider grants at the gateway; both tokens say in which groups the person is.
    private static SignedInPerson Joined(SignedInPerson person, VerifiedToken access) => person with
    {
        Scopes = access.Scopes,
        Roles = access.Roles,
        Groups = [.. person.Groups.Concat(access.Groups).Distinct(StringComparer.Ordinal)],
        GroupsIncomplete = person.GroupsIncomplete || access.GroupsIncomplete,
        AuthenticationContext = person.AuthenticationContext ?? access.AuthenticationContext,
        AuthenticationMethods = [.. person.AuthenticationMethods.Union(access.AuthenticationMethods, StringComparer.Ordinal)],
    };

    private async Task<VerifiedToken> ValidateAsync(
        TrustedIssuer issuer, string audience, VerifiedIdToken person, string accessToken, CancellationToken cancellation)
    {
        // The token was issued a moment ago and is validated once: no revocation can speak of it, and nothing is remembered.
        var validator = new TokenValidator([issuer], new InMemoryRevocationList(time, 1), new VerifiedTokenCache(1, 1), time);
        var result = await validator.ValidateAsync(new AccessTokenValue(accessToken), [audience], cancellation).ConfigureAwait(false);
        if (!result.IsVerified) throw new SignInException(faults.AccessToken(result.Refusal.Value));

        // Threat: the access token of another client or person beside the ID token of this one (token substitution).
        if (result.Token.ClientId is { } client && client != settings.ClientId) throw new SignInException(faults.AccessTokenParty());
        return IsOf(person, result.Token) ? result.Token : throw new SignInException(faults.AccessTokenSubject());
    }

    private bool IsOf(VerifiedIdToken person, VerifiedToken access)
    {
        if (access.IsApplication) return false;
        if (settings.Profile != IssuerProfileName.AdFs) return access.Subject == person.Subject;
        var shared = AdFsNames.FirstOrDefault(name => person.Text(name) is not null && access.TryGetClaim(name, out _));
        return shared is not null && access.TryGetClaim(shared, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() == person.Text(shared);
    }

    private static string Bounded(string name)
    {
        if (name.Length <= LongestDisplayName) return name;
        var length = char.IsHighSurrogate(name[LongestDisplayName - 1]) ? LongestDisplayName - 1 : LongestDisplayName;
        return name[..length];
    }
}
