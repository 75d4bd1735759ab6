using Gatehouse.Configuration.Reading;
using Gatehouse.Identity.Certificates;

namespace Gatehouse.Configuration.Rules;

/// <summary>The issuers that callers can have, as policy names them.</summary>
internal static class IssuerNames
{
    private const string TenantPlace = "{tenantid}";

    /// <summary>
    /// Returns each issuer, one for every allowed tenant where it has many, the gateway itself where it issues tokens, and each certificate issuer.
    /// </summary>
    public static IReadOnlyList<string> Of(ConfigurationSection root) =>
    [
        .. root.Parts("issuers").SelectMany(Names),
        .. root.Part("authorizationServer").IsGiven && Own(root) is { } own ? [own] : Array.Empty<string>(),
        .. root.Parts("certificateIssuers").Select(issuer => issuer.Get<string>("name")).OfType<string>()
            .Select(name => CertificateIssuer.IssuerPrefix + name),
    ];

    /// <summary>Returns the name of the gateway as an issuer, its origin; null when publicUrl is faulty.</summary>
    public static string? Own(ConfigurationSection root) => root.Get<Uri>("publicUrl")?.GetLeftPart(UriPartial.Authority);

    private static IEnumerable<string> Names(ConfigurationSection issuer)
    {
        if (issuer.Get<string>("issuer") is not { } name) return [];
        return issuer.Get<string>("profile") == "entra" && name.Contains(TenantPlace, StringComparison.Ordinal)
            ? issuer.Texts("tenants").Select(tenant => name.Replace(TenantPlace, tenant, StringComparison.Ordinal))
            : [name];
    }
}
