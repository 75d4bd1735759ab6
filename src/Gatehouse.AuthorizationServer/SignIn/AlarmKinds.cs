using System.Collections.Immutable;
using Gatehouse.AuthorizationServer.Tokens;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>All kinds of alarms. The table in docs/operators/sign-in.md has the same rows; a test compares them.</summary>
internal static class AlarmKinds
{
    /// <summary>An answer of a provider came back twice.</summary>
    public const string StateReuse = "state-reuse";

    private const string Ended = "ended";
    private const string None = "none yet: the sign-in ended";
    private const string OnTheWay = "Find out who can read the answers on the way to the client: a program on the person's computer, a proxy log";
    private const string AtTheClient = "Find out who can read what the client stores";
    private const string Link = "One that is not repeated may be a person with an old page. If it repeats, look for links that lead people to "
        + "`/oauth/callback/`";
    private const string AtTheProvider = "Ask the administrator of the provider. Look for a proxy between the gateway and the provider";

    /// <summary>The kinds.</summary>
    public static ImmutableArray<AlarmKind> All { get; } =
    [
        new(GrantCauses.CodeReuse, "an authorization code was used twice", Ended, OnTheWay),
        new(GrantCauses.CodeInjection,
            "an authorization code came from its client without the verifier or redirect URI of its request", Ended, OnTheWay),
        new(GrantCauses.RefreshReuse,
            "a refresh token was used again after its grace, after its successor, with another key, or for other scopes", Ended, AtTheClient),
        new(StateReuse, "an answer of the provider came back twice", "ended, if there was one already; the sign-in ended", OnTheWay),
        new("issuer-mismatch", "an answer named another provider than the one that was asked, or came to the address of another", None, Link),
        new("issuer-missing", "an answer did not name its provider, which always names itself", None, Link),
        new("id-token-signature", "an ID token has a bad signature", None, AtTheProvider),
        new("id-token-issuer", "an ID token names another issuer", None, AtTheProvider),
        new("id-token-tenant", "an ID token is of another tenant", None, AtTheProvider),
        new("id-token-audience", "an ID token is for another client", None, AtTheProvider),
        new("id-token-party", "an ID token was requested by another client", None, AtTheProvider),
        new("id-token-nonce", "an ID token belongs to another sign-in: the code of another sign-in was injected", None, OnTheWay),
        new("id-token-access-token", "an ID token does not belong to the access token that came with it", None, AtTheProvider),
        new("access-token-signature", "an access token of the provider has a bad signature", None, AtTheProvider),
        new("access-token-tenant", "an access token of the provider is of another tenant", None, AtTheProvider),
        new("access-token-party", "an access token of the provider was requested by another client", None, AtTheProvider),
        new("access-token-subject", "an access token of the provider is of another person than the ID token", None, AtTheProvider),
    ];
}
