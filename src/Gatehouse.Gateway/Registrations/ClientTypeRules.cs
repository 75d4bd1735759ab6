using static Gatehouse.Gateway.Registrations.RegistrationVerdict;
using Fault = (string Path, string Words, string Command);

namespace Gatehouse.Gateway.Registrations;

/// <summary>
/// Rules about the type of the client: public for a program on the machine of a person, confidential for a server (RFC 6749 §2.1).
/// </summary>
internal static class ClientTypeRules
{
    /// <summary>The rules.</summary>
    public static IReadOnlyList<RegistrationRule> All { get; } =
    [
        // Threat: everyone with the program has the secret, and signs in as the application (CWE-522, CWE-798).
        new("public-client-credential", Fails, "a local server has a secret or certificate",
            "A program on the machine of a person keeps no secret: everyone who has the program can read it, and is the application with it.",
            "Delete the credential. A public client needs none.")
        {
            Find = static one => from credential in one.App.Credentials
                                 where one.IsLocal
                                 select (credential.Path, $"a local server is a public client and keeps no {credential.Word}",
                                     CredentialRules.Delete(one, credential)),
        },
        new("fallback-public-client", Fails, "a remote server or gateway allows public client flows",
            "With public client flows, whoever knows the client id gets tokens without the credential of the server: by device code, or with a "
            + "password of a person.", "Switch *Allow public client flows* off.")
        {
            Find = static one => !one.IsLocal && one.App.IsFallbackPublicClient
                ? [("$.isFallbackPublicClient", "a server is a confidential client, and public client flows are allowed",
                    $"az ad app update --id {one.Id} --is-fallback-public-client false")] : [],
        },
        // Threat: a person enters the code of an attacker's device and signs the attacker in (RFC 8628 §5.4).
        new("device-code-allowed", Limited, "a local server allows public client flows",
            "*Allow public client flows* opens the device code flow, by which attackers let people sign them in. The broker and the browser do not "
            + "need it.", "Switch it off, unless people choose the device code.")
        {
            Find = static one => one.IsLocal && one.App.IsFallbackPublicClient
                ? [("$.isFallbackPublicClient", "the device code flow is open, and only people who choose the device code need it",
                    $"az ad app update --id {one.Id} --is-fallback-public-client false")] : [],
        },
        new("local-web-platform", Fails, "a local server has redirect URIs of the platform *Web*",
            "For a redirect of this platform, Entra demands a credential at the token endpoint, which a local server does not have.",
            "Move the redirect to the platform *Mobile and desktop applications*.")
        {
            Find = static one => Of(one, RegisteredRedirect.Web, one.IsLocal, "a local server has its redirect on the platform Web, where Entra "
                + "demands a credential", one.Patch("{\"web\":{\"redirectUris\":[]},\"publicClient\":{\"redirectUris\":["
                + string.Join(',', RedirectRules.Kept(one, RegisteredRedirect.PublicClient).Append("\"http://localhost\"").Distinct()) + "]}}")),
        },
        new("public-client-platform", Fails, "a remote server or gateway has redirect URIs of the platform *Mobile and desktop applications*",
            "A code for a redirect of this platform is redeemed without a credential.", "Move the redirect to the platform *Web*.")
        {
            Find = static one => Of(one, RegisteredRedirect.PublicClient, !one.IsLocal, "a code for this redirect is redeemed without the credential "
                + "of the server", one.Patch("""{"publicClient":{"redirectUris":[]}}""")),
        },
        new("spa-platform", Fails, "there are redirect URIs of the platform *Single-page application*",
            "The platform is for pages in a browser. A code for it is redeemed without a credential, and by scripts of the page.",
            "Remove the platform.")
        {
            Find = static one => Of(one, RegisteredRedirect.Spa, true, "the platform is for pages in a browser, and this is a server",
                one.Patch("""{"spa":{"redirectUris":[]}}""")),
        },
        // Threat: tokens in the fragment of a URL reach histories and other scripts (RFC 9700 §2.1.2).
        new("implicit-grant", Fails, "the implicit grant is on, for access tokens or for ID tokens",
            "Tokens then arrive in the URL of the browser, from where histories and other programs take them. A server uses the authorization code.",
            "Switch both off.")
        {
            Find = static one => new[]
            {
                (IsOn: one.App.IssuesAccessTokensImplicitly, Path: "$.web.implicitGrantSettings.enableAccessTokenIssuance", What: "access tokens"),
                (IsOn: one.App.IssuesIdTokensImplicitly, Path: "$.web.implicitGrantSettings.enableIdTokenIssuance", What: "ID tokens"),
            }.Where(static grant => grant.IsOn).Select(grant => (grant.Path, $"{grant.What} are issued in the URL of the browser (implicit grant)",
                $"az ad app update --id {one.Id} --enable-access-token-issuance false --enable-id-token-issuance false")),
        },
    ];

    private static IEnumerable<Fault> Of(
        Examination one, string platform, bool applies, string words, string command) =>
        from redirect in one.App.Redirects
        where applies && redirect.Platform == platform
        select (redirect.Path, words, command);
}
