using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Gatehouse.Configuration.Keys;
using Gatehouse.Configuration.Reading;
using Gatehouse.Settings;

namespace Gatehouse.Configuration.Rules;

/// <summary>
/// The credentials of servers: a header that neither frames nor routes nor belongs to the protocol, or an issuer that knows the gateway as a client.
/// </summary>
internal static partial class CredentialRules
{
    private static readonly FrozenSet<string> Taken = new[]
    {
        "Accept", "Accept-Encoding", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Cookie", "Date",
        "Expect", "Forwarded", "Host", "Keep-Alive", "Last-Event-ID", "Origin", "Referer", "Set-Cookie", "TE", "Trailer",
        "Traceparent", "Tracestate", "Baggage", "Transfer-Encoding", "Upgrade", "User-Agent", "Via",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] TakenPrefixes = ["Mcp-", "Proxy-", "X-Forwarded-", "Sec-", "Access-Control-", "Gatehouse-"];

    public static void Check(ConfigurationSection credential, FaultList faults)
    {
        if (credential.Find("header") is { } header) CheckHeader(header, faults);
        if (credential.Find("prefix") is { } prefix && prefix.Text.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0)
            faults.Add(prefix, "the prefix contains characters that are not allowed in a header", "write plain ASCII, e.g. \"Bearer \"");
    }

    /// <summary>Checks the credential of a server that an issuer issues.</summary>
    public static void CheckIssued(ConfigurationSection root, ConfigurationSection server, FaultList faults)
    {
        var (issuers, providers) = (root.Parts("issuers"), root.Part("authorizationServer").IsGiven ? root.Part("authorizationServer").Parts("providers") : []);
        var credential = server.Part("credential");
        if (!credential.IsGiven) return;
        foreach (var (key, kind) in CredentialKeys.Issuing)
        {
            if (credential.Part(key) is not { IsGiven: true } section) continue;
            foreach (var scope in section.Items("scopes")) ScopeRules.Check(scope, faults);
            if (section.Find("issuer") is not { } name) continue;
            var (issuer, provider) = (Named(issuers, name.Text), Named(providers, name.Text));
            var hasOwn = kind is IssuedCredentialKind.ClientCredentials or IssuedCredentialKind.IdentityAssertion && CheckOwnClient(section, faults);
            if (kind == IssuedCredentialKind.IdentityAssertion) CheckAssertion(root, server, section, name, provider, faults);
            else if (issuer is null && provider is not null && kind != IssuedCredentialKind.ClientCredentials)
                CheckProvider(name, provider, kind, faults);
            else if (issuer is null) CheckOtherIssuer(name, hasOwn, faults);
            else CheckIssuer(name, issuer, kind, hasOwn, faults);
            CheckTarget(section, kind, (issuer ?? provider)?.Get<string>("profile") == "entra", faults);
        }
    }

    private static ConfigurationSection? Named(IReadOnlyList<ConfigurationSection> issuers, string name) =>
        issuers.FirstOrDefault(one => one.Get<string>("name") == name || one.Get<string>("issuer") == name);

    private static void CheckProvider(ConfiguredValue name, ConfigurationSection provider, IssuedCredentialKind kind, FaultList faults)
    {
        if (!provider.Wrote("clientSecret"))
            faults.Add(name, "the gateway has no secret at this provider, and only a client with a proof can exchange", $"add 'clientSecret' to {provider.Path}");
        CheckProfile(name, provider.Get<string>("profile"), kind, faults);
    }

    // An ID token exists only for people who sign in at the gateway. Others would get a refusal at each call.
    private static void CheckAssertion(
        ConfigurationSection root, ConfigurationSection server, ConfigurationSection section, ConfiguredValue name, ConfigurationSection? provider,
        FaultList faults)
    {
        if (section.Find("authorizationServer") is { } partner) IssuerRules.CheckUrl(partner, faults);
        if (provider is null)
        {
            faults.Add(name, "people do not sign in at the gateway with this issuer, so the gateway has no ID token of theirs",
                "write the 'name' or 'issuer' of an entry of authorizationServer.providers");
            return;
        }

        CheckProvider(name, provider, IssuedCredentialKind.IdentityAssertion, faults);
        var accepted = server.Texts("issuers") is { Count: > 0 } named ? named : IssuerNames.Of(root);
        foreach (var outside in accepted.Where(one => one != IssuerNames.Own(root)))
            faults.Add(name, $"callers with a token of {outside} have no ID token at the gateway, and would never reach the server",
                "name only the gateway in 'issuers' of the server");
    }

    private static bool CheckOwnClient(ConfigurationSection section, FaultList faults)
    {
        string[] proofs = ["secret", "key", "certificate"];
        var given = proofs.Count(section.Wrote);
        if (!section.Wrote("client"))
        {
            if (given > 0) faults.Add(section, "a secret, key or certificate belongs to a client", "add 'client', or remove it");
            return false;
        }

        if (given != 1)
            faults.Add(section, "the client authenticates by one of 'secret', 'key' and 'certificate'", given == 0 ? "write one of them" : "keep one of them");
        return true;
    }

    private static void CheckOtherIssuer(ConfiguredValue name, bool hasOwn, FaultList faults)
    {
        if (!hasOwn || !name.Text.Contains("://", StringComparison.Ordinal))
            faults.Add(name, $"no issuer of the configuration has the name '{name.Text}'", "write the 'name' or 'issuer' of an entry of 'issuers'"
                + "; clientCredentials also takes the URL of another issuer, with 'client'");
        else IssuerRules.CheckUrl(name, faults);
    }

    private static void CheckIssuer(
        ConfiguredValue name, ConfigurationSection issuer, IssuedCredentialKind kind, bool hasOwn, FaultList faults)
    {
        if (!hasOwn && !issuer.Part("client").IsGiven)
            faults.Add(name, "the gateway is no client of this issuer", $"add 'client' to {issuer.Path}");
        CheckProfile(name, issuer.Get<string>("profile"), kind, faults);
        if (issuer.Get<string>("issuer")?.Contains("{tenantid}", StringComparison.Ordinal) == true)
            faults.Add(name, "this issuer is that of many tenants, and a token is requested from one", "name an issuer of one tenant");
    }

    private static void CheckProfile(ConfiguredValue name, string? profile, IssuedCredentialKind kind, FaultList faults)
    {
        if (kind == IssuedCredentialKind.OnBehalfOf && profile != "entra")
            faults.Add(name, "only Entra has on-behalf-of", "write 'tokenExchange', or 'profile: entra' if the issuer is Entra");
        if (kind == IssuedCredentialKind.TokenExchange && profile == "entra")
            faults.Add(name, "Entra has no token exchange (RFC 8693) for tokens of people", "write 'onBehalfOf'");
        if (kind == IssuedCredentialKind.TokenExchange && profile == "adfs")
            faults.Add(name, "AD FS has no token exchange (RFC 8693)", "use 'clientCredentials', or another issuer");
        if (kind == IssuedCredentialKind.IdentityAssertion && profile is "entra" or "adfs")
            faults.Add(name, "this provider issues no identity assertions", "use 'onBehalfOf' with Entra, or 'clientCredentials'");
    }

    // Threat: a token without a target is good for any server of the issuer, so that a server can use it elsewhere (CWE-668, B13, B14).
    private static void CheckTarget(ConfigurationSection section, IssuedCredentialKind kind, bool isEntra, FaultList faults)
    {
        if (section.Node.Find("resource") is not null && section.Find("resource") is { } resource
            && (!Uri.TryCreate(resource.Text, UriKind.Absolute, out var target) || target.Fragment.Length > 0))
            faults.Add(resource, "a resource is an absolute URI without a fragment (RFC 8707 section 2)", "write it in full, or use 'audience'");
        var hasScopes = section.Items("scopes").Count > 0;
        if (kind == IssuedCredentialKind.IdentityAssertion) return; // its target is the authorization server
        if (isEntra && !hasScopes)
            faults.Add(section, "Entra takes the target from the scope", "add 'scopes', such as [\"api://APPLICATION/.default\"]");
        else if (isEntra && (section.Wrote("audience") || section.Wrote("resource")))
            faults.Add(section, "Entra takes the target from the scope only", "remove 'audience' and 'resource'");
        else if (!isEntra && kind == IssuedCredentialKind.TokenExchange && !section.Wrote("audience") && !section.Wrote("resource"))
            faults.Add(section, "the token would be good for any server of the issuer", "add 'audience' or 'resource'");
    }

    private static void CheckHeader(ConfiguredValue header, FaultList faults)
    {
        if (!TokenForm().IsMatch(header.Text))
            faults.Add(header, "this is not the name of a header", "write e.g. Authorization or X-Api-Key");
        else if (Taken.Contains(header.Text) || TakenPrefixes.Any(prefix => header.Text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            faults.Add(header, "this header has another meaning and cannot carry a credential", "choose e.g. Authorization or X-Api-Key");
    }

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TokenForm();
}
