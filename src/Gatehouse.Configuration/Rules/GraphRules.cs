using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>The connection to Microsoft Graph of an Entra issuer.</summary>
internal static class GraphRules
{
    public static void Check(ConfigurationSection issuer, FaultList faults)
    {
        var part = issuer.Part("graph");
        if (!part.IsGiven) return;
        if (issuer.Get<string>("profile") != "entra")
            faults.Add(part, "only an issuer of Entra has Microsoft Graph", "write 'profile: entra', or remove 'graph'");
        else if (issuer.Find("issuer") is { } name && !IssuerRules.PathBeginsWithGuid(name.Text))
            faults.Add(part, "the application belongs to one tenant, and the issuer does not name it", "replace {tenantid} in the issuer with the GUID of the tenant");
        var client = issuer.Part("client");
        if (!client.IsGiven) faults.Add(part, "the gateway has no application for it", "add 'client' to the issuer");
        else if (client.Find("id") is { } id && !Guid.TryParseExact(id.Text, "D", out _))
            faults.Add(id, "this is not the id of an application", "write the application (client) ID, a GUID");
        if (part.Find("origin") is { } address) CheckOrigin(address, faults);
    }

    // Threat: the secret of the application, or a token with its permissions, goes over the network in clear (CWE-319).
    private static void CheckOrigin(ConfiguredValue address, FaultList faults)
    {
        var url = (Uri)address.Content;
        if (!UrlText.IsProtected(url)) faults.Add(address, "the gateway would send its credential without TLS", "write https://");
        else if (!UrlText.IsOrigin(url) || url.UserInfo.Length > 0)
            faults.Add(address, "this is more than an origin", "write only https:// and the host, such as https://graph.microsoft.com");
    }
}
