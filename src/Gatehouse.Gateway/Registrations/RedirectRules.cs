using System.Collections.Frozen;
using static Gatehouse.Gateway.Registrations.RegistrationVerdict;
using Fault = (string Path, string Words, string Command);

namespace Gatehouse.Gateway.Registrations;

/// <summary>
/// Rules about redirect URIs. Threat: an attacker who gets the answer of the authorization endpoint has the code of a person (CWE-601, RFC 9700
/// §4.1).
/// </summary>
internal static class RedirectRules
{
    // Hosts at which anyone gets a name for an hour, or sees the code.
    private static readonly string[] Temporary =
    [
        "ngrok.io", "ngrok.app", "ngrok.dev", "ngrok-free.app", "ngrok-free.dev", "trycloudflare.com", "loca.lt", "localhost.run", "serveo.net",
        "devtunnels.ms", "jwt.ms", "jwt.io", "pstmn.io", "getpostman.com", "oidcdebugger.com", "webhook.site", "requestbin.com",
    ];

    // Addresses that the libraries of Microsoft use for programs on a machine ("Redirect URI (reply URL)", learn.microsoft.com).
    private static readonly FrozenSet<string> Native = FrozenSet.ToFrozenSet(
    [
        "https://login.microsoftonline.com/common/oauth2/nativeclient", "https://login.microsoftonline.us/common/oauth2/nativeclient",
        "https://login.partner.microsoftonline.cn/common/oauth2/nativeclient", "msauth.com.msauth.unsignedapp://auth",
    ], StringComparer.Ordinal);

    // One of these, and the redirect is not part of what a command keeps.
    private static readonly Func<Examination, RegisteredRedirect, bool>[] Faults =
        [IsOfOtherPlatform, IsUnreadable, HasWildcard, IsClear, IsTemporary, IsForeign, IsLeftOver, HasLoopbackPath, HasForeignScheme];

    /// <summary>The rules.</summary>
    public static IReadOnlyList<RegistrationRule> All { get; } =
    [
        new("redirect-unreadable", Fails, "a redirect URI is no absolute URI", "Whether it leads to the server cannot be judged.", "Remove it.")
        {
            Find = static one => In(one, IsUnreadable, "this is no absolute URI"),
        },
        new("redirect-wildcard", Fails, "a redirect URI has a `*`",
            "The code of a person goes to every address that fits, and an attacker needs only one of them.", "Write each address in full.")
        {
            Find = static one => In(one, HasWildcard, "the address has a wildcard, and the code goes to every host or path that fits"),
        },
        // Threat: the code goes over the network in clear (CWE-319).
        new("redirect-http", Fails, "a redirect URI has `http:` and is not of loopback",
            "The code of a person goes over the network in clear.", "Write `https:`.")
        {
            Find = static one => In(one, IsClear, "the code goes to another machine in clear (http)"),
        },
        new("redirect-temporary-host", Fails, "a redirect URI is of a tunnel for development or of a page that shows tokens",
            "The name is free for the next person when the tunnel ends, and that person then gets the codes.", "Remove it.")
        {
            Find = static one => In(one, IsTemporary, "the host is one for development or tests, and anyone can get its name or see the code"),
        },
        new("redirect-foreign-host", Fails, "a redirect URI is not of the server's URL (`--url`), or a local server has one of a web server",
            "The code of a person goes to a host that is not the server.", "Remove what is not of the server.")
        {
            Find = static one => In(one, IsForeign, "the host is not that of the server"),
        },
        new("redirect-left-over", Fails, "a remote server or gateway has a redirect URI of loopback, and its URL (`--url`) is not",
            "What listens on the machine of a person gets the code of that person: a leftover of development.",
            "Remove it. Development has a registration of its own.")
        {
            Find = static one => In(one, IsLeftOver, "the redirect leads to the machine of the person: a leftover of development"),
        },
        new("redirect-loopback-path", Limited, "a local server has a redirect URI of loopback with a path or port",
            "Entra ignores the port of `http://localhost`, and MSAL listens at its root. A path or port serves an old program only.",
            "Write `http://localhost`.")
        {
            Find = static one => In(one, HasLoopbackPath, "the path or port is not needed: Entra ignores the port of http://localhost"),
        },
        // Threat: another program on the machine registers the same scheme (RFC 8252 §8.6).
        new("redirect-scheme", Fails, "a redirect URI has another scheme than the web's, and it is not the one of the platform's broker",
            "Any program on a machine can claim the scheme and gets the code.",
            "For a local server use `http://localhost` and `ms-appx-web://microsoft.aad.brokerplugin/` with the client id, for others `https:`.")
        {
            Find = static one => In(one, HasForeignScheme, "another program can claim this scheme and gets the code"),
        },
        new("no-redirect", Fails, "a local or remote server has no redirect URI of its platform",
            "No person can sign in with the browser.",
            "Add it ([local](local.md#register-the-application), [remote](remote.md#register-the-application)).")
        {
            Find = Missing,
        },
    ];

    /// <summary>Returns the redirect URIs of a platform that have no fault, each as a JSON text.</summary>
    /// <param name="one">The registration.</param>
    /// <param name="platform">The member of the platform.</param>
    public static IEnumerable<string> Kept(Examination one, string platform)
    {
        ArgumentNullException.ThrowIfNull(one);
        return one.App.Redirects.Where(other => other.Platform == platform && !Faults.Any(fault => fault(one, other)))
            .Select(static other => IsPlain(other.Text) ? $"\"{other.Text}\"" : "\"OTHER-URI\"");
    }

    private static IEnumerable<Fault> Missing(Examination one)
    {
        var platform = one.IsLocal ? RegisteredRedirect.PublicClient : RegisteredRedirect.Web;
        if (one.Demands.Kind == RegisteredKind.Gateway || one.App.Redirects.Any(redirect => redirect.Platform == platform)) yield break;
        yield return ($"$.{platform}.redirectUris", "no person can sign in with the browser: there is no redirect of this platform", one.IsLocal
            ? $"az ad app update --id {one.Id} --public-client-redirect-uris http://localhost"
            : $"az ad app update --id {one.Id} --web-redirect-uris https://SERVER/auth/callback");
    }

    private static IEnumerable<Fault> In(
        Examination one, Func<Examination, RegisteredRedirect, bool> isFault, string words)
    {
        foreach (var redirect in one.App.Redirects.Where(redirect => isFault(one, redirect)))
        {
            yield return (redirect.Path, $"{redirect.Text}: {words}",
                one.Patch($"{{\"{redirect.Platform}\":{{\"redirectUris\":[{string.Join(',', Kept(one, redirect.Platform))}]}}}}"));
        }
    }

    private static bool IsOfOtherPlatform(Examination one, RegisteredRedirect redirect) =>
        redirect.Platform != (one.IsLocal ? RegisteredRedirect.PublicClient : RegisteredRedirect.Web);

    // Threat: a redirect URI that a shell would interpret, in a command that a person copies (CWE-78).
    private static bool IsPlain(string text) =>
        text.Length <= 256 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is ':' or '/' or '.' or '-' or '_' or '~' or '?' or '=' or '&');

    private static bool IsUnreadable(Examination one, RegisteredRedirect redirect) =>
        redirect.Address is null && !HasWildcard(one, redirect);

    private static bool HasWildcard(Examination one, RegisteredRedirect redirect) => redirect.Text.Contains('*', StringComparison.Ordinal);

    private static bool IsClear(Examination one, RegisteredRedirect redirect) =>
        redirect.Address?.Scheme == Uri.UriSchemeHttp && !redirect.IsLoopback;

    private static bool IsLeftOver(Examination one, RegisteredRedirect redirect) =>
        !one.IsLocal && redirect.IsLoopback && one.Demands.ServerUrl?.IsLoopback != true;

    private static bool HasLoopbackPath(Examination one, RegisteredRedirect redirect) =>
        one.IsLocal && redirect is { Platform: RegisteredRedirect.PublicClient, IsLoopback: true }
        && redirect.Text is not ("http://localhost" or "http://localhost/" or "http://127.0.0.1" or "http://127.0.0.1/");

    private static bool HasForeignScheme(Examination one, RegisteredRedirect redirect) =>
        redirect is { Address: not null, IsHttp: false } && !(one.IsLocal && IsOfBroker(one, redirect));

    private static bool IsTemporary(Examination one, RegisteredRedirect redirect) => redirect.IsHttp && Temporary.Any(host =>
        redirect.Address!.IdnHost.Equals(host, StringComparison.OrdinalIgnoreCase)
        || redirect.Address.IdnHost.EndsWith("." + host, StringComparison.OrdinalIgnoreCase));

    private static bool IsForeign(Examination one, RegisteredRedirect redirect) =>
        redirect.IsHttp && !redirect.IsLoopback && !IsTemporary(one, redirect) && (one.IsLocal ? !Native.Contains(redirect.Text)
            : one.Demands.ServerUrl is { } server && !redirect.Address!.Authority.Equals(server.Authority, StringComparison.OrdinalIgnoreCase));

    private static bool IsOfBroker(Examination one, RegisteredRedirect redirect) => Native.Contains(redirect.Text)
        || redirect.Text.Equals($"ms-appx-web://microsoft.aad.brokerplugin/{one.Id}", StringComparison.OrdinalIgnoreCase);
}
