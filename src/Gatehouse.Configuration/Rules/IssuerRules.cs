using System.Collections.Immutable;
using Gatehouse.Configuration.Reading;
using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.Development;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Configuration.Rules;

/// <summary>The issuers and the signatures of their tokens.</summary>
internal static class IssuerRules
{
    public static void Check(ConfigurationSection root, bool development, FaultList faults)
    {
        var issuers = root.Parts("issuers");
        if (!development && issuers.Count == 0 && !root.Part("authorizationServer").IsGiven)
            faults.Add(root.At, "issuers", "there is no issuer, so the gateway could accept no token",
                "add an issuer under 'issuers', or a section 'authorizationServer'; for a private gateway on loopback, give --dev to 'serve', and to the "
                    + "commands that read the configuration without a gateway ('config check', 'config show', 'doctor', 'policy')");
        foreach (var issuer in issuers) Check(issuer, faults);
        foreach (var second in issuers.Select(issuer => issuer.Part("introspection")).Where(part => part.IsGiven).Skip(1))
            faults.Add(second, "only one issuer can have introspection: an opaque token does not name its issuer, so each issuer would receive the tokens of the other",
                "keep 'introspection' in one issuer");
        foreach (var twice in issuers.Select(issuer => issuer.Find("issuer")).OfType<ConfiguredValue>()
            .GroupBy(value => value.Text, StringComparer.Ordinal).SelectMany(group => group.Skip(1)))
            faults.Add(twice, "this issuer occurs twice", "keep one entry for each issuer");
        foreach (var twice in issuers.Select(issuer => issuer.Find("name")).OfType<ConfiguredValue>()
            .GroupBy(value => value.Text, StringComparer.Ordinal).SelectMany(group => group.Skip(1)))
            faults.Add(twice, "this name occurs twice", "give each issuer its own name");
        CheckTaken(root, development, faults);
    }

    // A name that belongs to no issuer closes the server to all callers, and one that belongs to a certificate issuer opens nothing here.
    private static void CheckTaken(ConfigurationSection root, bool development, FaultList faults)
    {
        var known = IssuerNames.Of(root).Where(name => !name.StartsWith(CertificateIssuer.IssuerPrefix, StringComparison.Ordinal)).ToList();
        if (development && root.Get<Uri>("publicUrl") is { } url) known.Add(url.GetLeftPart(UriPartial.Authority) + DevelopmentIssuer.Path);
        foreach (var server in root.Parts("servers"))
        {
            if (server.Find("issuers") is { Items.Count: 0, IsGiven: true } none)
                faults.Add(none, "no issuer is accepted, so no token is either", "name at least one issuer, or remove 'issuers'");
            foreach (var taken in server.Items("issuers").Where(taken => !known.Contains(taken.Text, StringComparer.Ordinal)))
                faults.Add(taken, CheckName(taken.Text), $"use one of: {string.Join(", ", known)}");
        }
    }

    private static string CheckName(string name) => name.StartsWith(CertificateIssuer.IssuerPrefix, StringComparison.Ordinal)
        ? "this is a certificate issuer, which belongs in 'certificateIssuers' of the server"
        : "no trusted issuer has this name";

    private static void Check(ConfigurationSection section, FaultList faults)
    {
        if (section.Find("issuer") is { } value) CheckUrl(value, faults);
        if (section.Find("algorithms") is { Items.Count: 0 } none)
            faults.Add(none, "no algorithm is accepted, so no token is either",
                $"name at least one of: {string.Join(", ", IssuerProfile.AllAlgorithms)}");
        foreach (var algorithm in section.Items("algorithms")) CheckAlgorithm(algorithm, faults);
        if (section.Find("metadata") is { } metadata && !UrlText.IsProtected((Uri)metadata.Content))
            faults.Add(metadata, "without TLS, the keys could come from an attacker", "write https://");
        CheckProfile(section, faults);
        CheckIntrospection(section, faults);
        GraphRules.Check(section, faults);
        CheckScopes(section, faults);
    }

    // A key of only one profile means nothing in another, and a setting without an effect misleads.
    private static void CheckProfile(ConfigurationSection section, FaultList faults)
    {
        var profile = section.Get<string>("profile");
        if (profile != "entra" && section.Wrote("tenants"))
            faults.Add(section.Find("tenants")?.At
                ?? section.At, section.Path + ".tenants", "only Entra has tenants", "write 'profile: entra', or remove 'tenants'");
        if (profile != "adfs" && section.Find("tokenIssuer") is { } tokenIssuer)
            faults.Add(tokenIssuer, "only AD FS has a separate issuer of access tokens", "write 'profile: adfs', or remove 'tokenIssuer'");
        if (profile == "entra" && section.Find("subjectClaim") is { } subject)
            faults.Add(subject, "the subject of Entra's tokens is always 'oid' and 'tid'", "remove 'subjectClaim'");
        if (profile != "strict" && section.Get<bool>("acceptUntypedTokens"))
            faults.Add(section.Find("acceptUntypedTokens")!, "this profile defines its own rule for the type", "remove 'acceptUntypedTokens'");
        if (profile == "entra") CheckEntra(section, faults);
    }

    private static void CheckIntrospection(ConfigurationSection section, FaultList faults)
    {
        var part = section.Part("introspection");
        if (!part.IsGiven) return;
        if (section.Get<string>("profile") != "strict")
            faults.Add(part, "issuers of this profile have no opaque tokens", "remove 'introspection'");
        if (!section.Part("client").IsGiven) faults.Add(part, "the issuer answers only a client that it knows", "add 'client' to the issuer");
        if (part.Find("endpoint") is { } endpoint && !UrlText.IsProtected((Uri)endpoint.Content))
            faults.Add(endpoint, "the gateway would send tokens and its secret without TLS", "write https://");
    }

    private static void CheckEntra(ConfigurationSection section, FaultList faults)
    {
        if (section.Find("issuer") is not { } issuer) return;
        var tenants = section.Items("tenants");
        var isTemplate = issuer.Text.Contains("{tenantid}", StringComparison.Ordinal);
        if (isTemplate && tenants.Count == 0)
            faults.Add(issuer, "this issuer covers every tenant of Entra, and no tenant is allowed by name",
                "list the allowed tenants in 'tenants', or replace {tenantid} with the GUID of one tenant");
        if (!isTemplate && tenants.Count > 0)
            faults.Add(section.Find("tenants")!, "the issuer belongs to one tenant, so the list of tenants has no effect",
                "write {tenantid} in the issuer, or remove 'tenants'");
        foreach (var tenant in tenants.Where(tenant => !Guid.TryParseExact(tenant.Text, "D", out _)))
            faults.Add(tenant, "this is not the GUID of a tenant, and tokens contain only the GUID", "write the directory (tenant) ID");
        if (!isTemplate && !PathBeginsWithGuid(issuer.Text))
            faults.Add(issuer, "the path does not begin with a tenant's GUID; tokens never contain 'common', 'organizations' or a domain",
                "write the directory (tenant) ID, or {tenantid} with 'tenants'");
    }

    internal static bool PathBeginsWithGuid(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var uri) && uri.Segments.Length > 1
            && Guid.TryParseExact(uri.Segments[1].TrimEnd('/'), "D", out _);

    private static void CheckScopes(ConfigurationSection section, FaultList faults)
    {
        var items = section.Items("scopeImplies");
        foreach (var item in items)
        {
            foreach (var scope in ((TextList)item.Content).Items.Prepend(item.Name)) ScopeRules.Check(item with { Content = scope }, faults);
        }

        var implies = items.ToDictionary(item => item.Name, item => ((TextList)item.Content).Items.ToImmutableArray(), StringComparer.Ordinal);
        if (implies.Count > ScopeHierarchy.MaxScopes)
            faults.Add(section.Find("scopeImplies")!, $"there are more than {ScopeHierarchy.MaxScopes} scopes", "name fewer");
        else if (ScopeHierarchy.FindCycle(implies) is { } circle)
            faults.Add(items.First(item => item.Name == circle), "this scope includes itself through others, so they would all be equal",
                "remove one of the entries of the circle");
    }

    internal static void CheckUrl(ConfiguredValue value, FaultList faults)
    {
        if (UrlText.Read(value.Text, out var fault) is not { } url)
            faults.Add(value, fault, "write the issuer exactly as in its metadata");
        else if (url.Query.Length > 0 || value.Text.Contains('?', StringComparison.Ordinal))
            faults.Add(value, "an issuer has no query (RFC 8414 section 2)", "write the issuer exactly as in its metadata");
        else if (!UrlText.IsProtected(url))
            faults.Add(value, "without TLS, the keys could come from an attacker", "write https://");
    }

    private static void CheckAlgorithm(ConfiguredItem algorithm, FaultList faults)
    {
        if (IssuerProfile.AllAlgorithms.Contains(algorithm.Text)) return;
        if (algorithm.Text.StartsWith("HS", StringComparison.OrdinalIgnoreCase))
            faults.Add(algorithm, "everyone who checks tokens with an HMAC key can also create tokens with it", "choose ES256 or PS256");
        else if (string.Equals(algorithm.Text, "none", StringComparison.OrdinalIgnoreCase))
            faults.Add(algorithm, "everyone can create a token without a signature", "choose ES256 or PS256");
        else
            faults.Add(algorithm, "this algorithm is unknown", $"choose from: {string.Join(", ", IssuerProfile.AllAlgorithms)}");
    }
}
