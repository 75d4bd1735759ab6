using System.Text.RegularExpressions;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>The identity providers at which people sign in.</summary>
internal static partial class SignInProviderRules
{
    // Microsoft identity platform, "National clouds": the endpoints at which people sign in, and the issuer of version 1.0.
    private static readonly string[] EntraHosts =
    [
        "login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "login.chinacloudapi.cn", "login.windows.net",
        "sts.windows.net",
    ];

    public static void Check(ConfigurationSection server, string? own, FaultList faults)
    {
        var providers = server.Parts("providers");
        if (providers.Count == 0 && server.Wrote("providers"))
            faults.Add(server.At, server.Path + ".providers", "there is no provider, so no person could sign in", "add one with 'name', 'issuer' and 'clientId'");
        foreach (var provider in providers) CheckProvider(provider, own, faults);
        foreach (var twice in providers.Select(provider => provider.Find("name")).OfType<ConfiguredValue>()
            .GroupBy(name => name.Text, StringComparer.OrdinalIgnoreCase).SelectMany(group => group.Skip(1)))
            faults.Add(twice, "another provider has this name, so people of both would have the same subjects", "give each a different name");
    }

    private static void CheckProvider(ConfigurationSection provider, string? own, FaultList faults)
    {
        if (provider.Find("name") is { } name && !NameForm().IsMatch(name.Text))
            faults.Add(name, "the name is not made of letters, digits, '-' and '_', at most 63, beginning with a letter; in subjects a colon ends it",
                "choose another name");
        if (provider.Find("issuer") is { } issuer) CheckIssuer(provider, issuer, own, faults);
        if (provider.Find("metadata") is { } metadata && !UrlText.IsProtected((Uri)metadata.Content))
            faults.Add(metadata, "without TLS, the keys could come from an attacker", "write https://");
        CheckScopes(provider, faults);
    }

    private static void CheckIssuer(ConfigurationSection provider, ConfiguredValue issuer, string? own, FaultList faults)
    {
        if (AuthorizationServerRules.IsOwn(issuer.Text, own))
            faults.Add(issuer, "this is the gateway itself, so a person would never reach a provider", "write the issuer of the identity provider");
        else if (provider.Get<string>("profile") == "entra" || IsAllTenants(issuer.Text)) CheckTenant(issuer, faults);
        else IssuerRules.CheckUrl(issuer, faults);
    }

    // The profile does not change what such an issuer covers, so that a provider without it is judged in the same way.
    private static bool IsAllTenants(string issuer) => Uri.TryCreate(issuer, UriKind.Absolute, out var uri)
        && EntraHosts.Contains(uri.Host, StringComparer.OrdinalIgnoreCase) && !IssuerRules.PathBeginsWithGuid(issuer);

    // Threat: with every tenant of Entra allowed, the owner of any Microsoft account can sign in.
    private static void CheckTenant(ConfiguredValue issuer, FaultList faults)
    {
        if (issuer.Text.Contains("{tenantid}", StringComparison.OrdinalIgnoreCase))
            faults.Add(issuer, "this issuer covers every tenant of Entra, and people sign in from one", "replace {tenantid} with the directory (tenant) ID");
        else if (!IssuerRules.PathBeginsWithGuid(issuer.Text))
            faults.Add(issuer, "the path does not begin with a tenant's GUID, so people of any tenant could sign in",
                "write https://login.microsoftonline.com/TENANT/v2.0 with the directory (tenant) ID");
        else if (!issuer.Text.EndsWith("/v2.0", StringComparison.Ordinal))
            faults.Add(issuer, "this is the issuer of version 1.0, and people sign in at version 2.0", "write the tenant and /v2.0 at the end");
        else IssuerRules.CheckUrl(issuer, faults);
    }

    private static void CheckScopes(ConfigurationSection provider, FaultList faults)
    {
        foreach (var scope in provider.Items("scopes").Where(scope => !ScopeForm().IsMatch(scope.Text)))
            faults.Add(scope, "this is not a scope", "write visible ASCII characters without spaces, quotation marks and backslashes");
        if (provider.Find("scopes") is not { } scopes) return;
        if (scopes.Items.All(scope => scope.Text != "openid"))
            faults.Add(scopes, "without 'openid' the provider sends no ID token, and the gateway does not learn who signed in", "add openid");
        // Entra issues an access token for Microsoft Graph, whose form only Graph may read, unless a scope of the application is requested.
        if (provider.Get<string>("profile") == "entra" && provider.Find("audience") is { } audience
            && !scopes.Items.Any(scope => scope.Text.Contains('/', StringComparison.Ordinal)))
            faults.Add(audience, "no scope of this application is requested, so Entra issues an access token for Microsoft Graph",
                "add such a scope to 'scopes', e.g. api://APPLICATION/access, or remove 'audience'");
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^[!#-\[\]-~]{1,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ScopeForm();
}
