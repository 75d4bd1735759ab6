using System.Text.RegularExpressions;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>The external decision point, and the service for others.</summary>
internal static partial class DecisionRules
{
    private static readonly string[] OwnTypes = ["tool", "prompt", "resource", "server"];

    public static void Check(ConfigurationSection root, FaultList faults)
    {
        if (root.Part("decisionPoint") is { IsGiven: true } point) CheckPoint(root, point, faults);
        if (root.Part("decisionService") is { IsGiven: true } service) CheckService(root, service, faults);
    }

    private static void CheckPoint(ConfigurationSection root, ConfigurationSection point, FaultList faults)
    {
        CredentialRules.Check(point.Part("credential"), faults);
        foreach (var pin in point.Items("pins")) ServerRules.CheckPin(pin, faults);
        if (point.Find("url") is not { } value) return;
        var url = (Uri)value.Content;
        if (url.Query.Length > 0)
            faults.Add(value, "the URL of a decision point has no query", "write scheme, host, port and path only");
        if (!UrlText.IsProtected(url))
            faults.Add(value, "without TLS, other parties could read and change evaluations on the network", "write https://");
        if (url.Scheme == Uri.UriSchemeHttp && point.Items("pins").Count > 0)
            faults.Add(value, "a pin has no effect without TLS", "write https:// or remove 'pins'");
        // It would send itself the question that it should answer.
        if (root.Get<Uri>("publicUrl") is { } own && SameOrigin(own, url))
            faults.Add(value, "this is the address of the gateway itself", "write the address of another decision point, or remove 'decisionPoint'");
        if (point.Find("identifier") is { } identifier) CheckIdentifier(identifier, url, faults);
    }

    // The addresses in the metadata receive the gateway's credential, so they may not lead elsewhere.
    private static void CheckIdentifier(ConfiguredValue identifier, Uri url, FaultList faults)
    {
        if (UrlText.Read(identifier.Text, out var fault) is not { } named)
            faults.Add(identifier, fault, "write the identifier exactly as in the metadata, e.g. https://pdp.example.com");
        else if (named.Query.Length > 0)
            faults.Add(identifier, "an identifier has no query", "write the identifier exactly as in the metadata");
        else if (!SameOrigin(named, url))
            faults.Add(identifier, "this is another origin than that of 'url'", "write an identifier and a URL with the same scheme, host and port");
    }

    private static void CheckService(ConfigurationSection root, ConfigurationSection service, FaultList faults)
    {
        if (service.Find("audience") is { } audience && UrlText.Read(audience.Text, out var fault) is null)
            faults.Add(audience, fault, "write an absolute URL, e.g. https://mcp.example.com/access/v1");
        CheckOwnAudience(root, service, faults);
        var servers = root.Parts("servers").Select(server => server.Name).ToList();
        foreach (var type in service.Items("types"))
        {
            if (!TypeForm().IsMatch(type.Text))
                faults.Add(type, "this is not the name of a type", "write letters, digits, '-', '_', '.' and ':', at most 63");
            else if (OwnTypes.Contains(type.Text))
                faults.Add(type, "this type is reserved for the servers of this gateway", "remove it");
            else if (servers.Contains(type.Text, StringComparer.OrdinalIgnoreCase))
                faults.Add(type, "a server has this name, so a rule cannot distinguish the two", "rename one of them");
        }
    }

    // A token for a server, in the hands of that server's clients, must not open this door.
    private static void CheckOwnAudience(ConfigurationSection root, ConfigurationSection service, FaultList faults)
    {
        if (service.Find("audience") is not { } audience || root.Get<Uri>("publicUrl") is not { } own) return;
        var origin = own.GetLeftPart(UriPartial.Authority);
        var taken = root.Parts("servers").Select(server => origin + ServerRules.PathOf(server))
            .Append(root.Part("administration").Get<string>("audience") ?? origin + "/admin");
        if (taken.Contains(audience.Text, StringComparer.Ordinal))
            faults.Add(audience, "this audience belongs to a server or to administration",
                "choose another audience, e.g. https://mcp.example.com/access/v1");
    }

    private static bool SameOrigin(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_.:-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TypeForm();
}
