using System.Text.RegularExpressions;
using Gatehouse.Configuration.Reading;
using Gatehouse.Identity.Certificates;

namespace Gatehouse.Configuration.Rules;

/// <summary>Third-party services that people connect, and the servers whose credential is a connection (OB-05).</summary>
internal static partial class ConnectionRules
{
    // The parameters of the gateway's own authorization request. A second value of one would change who asks, or where the answer goes.
    private static readonly string[] Own =
    [
        "response_type", "response_mode", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method",
        "request", "request_uri",
    ];

    public static void Check(ConfigurationSection root, FaultList faults)
    {
        var services = root.Parts("providers");
        foreach (var service in services) CheckService(service, faults);
        foreach (var twice in services.GroupBy(service => service.Name, StringComparer.OrdinalIgnoreCase).SelectMany(group => group.Skip(1)))
            faults.Add(twice.At, twice.Path, "another service has this name in other letters, and both would have one redirect address",
                "choose another name");
        foreach (var server in root.Parts("servers")) CheckServer(root, server, faults);
    }

    private static void CheckService(ConfigurationSection service, FaultList faults)
    {
        if (!NameForm().IsMatch(service.Name))
            faults.Add(service.At, service.Path, "the name is not made of letters, digits, '-' and '_', at most 63, beginning with a letter",
                "choose another name");
        if (service.Find("issuer") is { } issuer) IssuerRules.CheckUrl(issuer, faults);
        CheckEndpoints(service, faults);
        foreach (var parameter in service.Items("parameters").Where(parameter => Own.Contains(parameter.Name, StringComparer.Ordinal)))
            faults.Add(parameter, "the gateway sends this parameter itself", "remove it");
    }

    private static void CheckEndpoints(ConfigurationSection service, FaultList faults)
    {
        string[] required = ["authorizationEndpoint", "tokenEndpoint"];
        string[] all = [.. required, "revocationEndpoint"];
        if (service.Wrote("issuer") && all.Any(service.Wrote))
            faults.Add(service.At, service.Path, "an issuer names its own endpoints", "keep 'issuer', or the endpoints");
        if (!service.Wrote("issuer") && !required.All(service.Wrote))
            faults.Add(service.At, service.Path, "the service has no endpoints", "write 'issuer', or 'authorizationEndpoint' and 'tokenEndpoint'");
        foreach (var endpoint in all.Select(service.Find).Where(endpoint => endpoint is not null && !UrlText.IsProtected((Uri)endpoint.Content)))
            faults.Add(endpoint!, "codes, tokens and the gateway's secret would cross the network without TLS", "write https://");
    }

    private static void CheckServer(ConfigurationSection root, ConfigurationSection server, FaultList faults)
    {
        if (!server.Wrote("url") || server.Part("credential").Part("connection") is not { IsGiven: true } connection) return;
        if (connection.Find("provider") is { } named && root.Parts("providers").All(service => service.Name != named.Text))
            faults.Add(named, $"no service of 'providers' has the name '{named.Text}'", "write the name of one, or add it to 'providers'");
        foreach (var scope in connection.Items("scopes").Where(scope => !ScopeForm().IsMatch(scope.Text)))
            faults.Add(scope, "this is not a scope", "write visible ASCII characters without spaces, commas, quotation marks and backslashes");
        foreach (var key in (string[])["header", "prefix"])
        {
            if (server.Part("credential").Find(key) is { IsGiven: true } other)
                faults.Add(other, "a connection is always sent as a Bearer token in the header Authorization", $"remove '{key}'");
        }

        CheckCallers(root, server, connection, faults);
    }

    // Threat: the page cannot find out who opened the link, and connects the account of another person (OB-05, CWE-287). So people of each issuer of
    // the server must be able to sign in at the gateway.
    private static void CheckCallers(
        ConfigurationSection root, ConfigurationSection server, ConfigurationSection connection, FaultList faults)
    {
        var signIn = root.Part("authorizationServer");
        if (!signIn.IsGiven)
        {
            faults.Add(connection.At, connection.Path, "people cannot sign in at the gateway, so the page cannot find out who opened its link",
                "add authorizationServer with the issuer of the callers among its providers");
            return;
        }

        string[] known =
            [.. signIn.Parts("providers").Select(provider => provider.Get<string>("issuer")).OfType<string>(), IssuerNames.Own(root) ?? ""];
        var accepted = server.Texts("issuers") is { Count: > 0 } named ? named : IssuerNames.Of(root);
        foreach (var issuer in accepted.Where(issuer => !known.Contains(issuer, StringComparer.Ordinal) && !IsCertificateIssuer(issuer)))
            faults.Add(connection.At, connection.Path, $"people of {issuer} cannot sign in at the gateway, so they could never connect",
                "add the issuer to authorizationServer.providers, or name only other issuers in 'issuers' of the server");
    }

    // A workload is no person. Its calls are refused with the reason.
    private static bool IsCertificateIssuer(string issuer) => issuer.StartsWith(CertificateIssuer.IssuerPrefix, StringComparison.Ordinal);

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^[!\x23-\x2B\x2D-\x5B\x5D-\x7E]{1,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ScopeForm();
}
