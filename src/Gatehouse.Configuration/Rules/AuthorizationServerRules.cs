using System.Text.RegularExpressions;
using Gatehouse.Configuration.Reading;
using Gatehouse.Identity.Redirects;

namespace Gatehouse.Configuration.Rules;

/// <summary>The gateway's own authorization server, apart from its providers and clients.</summary>
internal static partial class AuthorizationServerRules
{
    private const string Prefix = "/oauth";
    private const string Connect = "/connect";

    public static void Check(ConfigurationSection root, FaultList faults)
    {
        if (root.Part("authorizationServer") is not { IsGiven: true } section) return;
        var own = IssuerNames.Own(root);
        SignInProviderRules.Check(section, own, faults);
        OAuthClientRules.Check(section, faults);
        CheckHosts(section, faults);
        CheckPaths(root, faults);
        foreach (var issuer in root.Parts("issuers").Select(issuer => issuer.Find("issuer")).OfType<ConfiguredValue>().Where(issuer => IsOwn(issuer.Text, own)))
            faults.Add(issuer, "this is the gateway itself, which accepts the tokens of its own authorization server without an entry", "remove this issuer");
    }

    /// <summary>Returns true for the gateway's own origin, also with a slash behind it.</summary>
    internal static bool IsOwn(string issuer, string? own) =>
        own is not null && string.Equals(issuer.TrimEnd('/'), own, StringComparison.OrdinalIgnoreCase);

    private static void CheckHosts(ConfigurationSection section, FaultList faults)
    {
        foreach (var scheme in section.Part("registration").Items("redirectSchemes"))
        {
            if (!RedirectUri.IsPrivateUseScheme(scheme.Text))
                faults.Add(scheme, "this is not a private-use scheme that clients may have",
                    "write a scheme with a dot such as com.example.app, or one of " + string.Join(", ", RedirectUri.WellKnownSchemes));
        }

        foreach (var host in section.Items("clientDocumentHosts").Concat(section.Part("registration").Items("redirectHosts"))) CheckHost(host, faults);
        if (!section.Get<bool>("clientDocuments") && section.Find("clientDocumentHosts") is { Items.Count: > 0 } hosts)
            faults.Add(hosts, "the list has no effect, because 'clientDocuments' is false", "remove 'clientDocumentHosts', or write 'clientDocuments: true'");
    }

    private static void CheckHost(ConfiguredItem host, FaultList faults)
    {
        if (host.Text.Contains('*', StringComparison.Ordinal))
            faults.Add(host, "the gateway compares a host as a whole, so '*' has no special meaning", "name the hosts one by one");
        else if (!HostForm().IsMatch(host.Text))
            faults.Add(host, "this is not a host", "write the name of a host without scheme, port or path, e.g. app.example.com");
    }

    // The listener routes these paths to the authorization server, so a server there could never be reached.
    private static void CheckPaths(ConfigurationSection root, FaultList faults)
    {
        foreach (var path in root.Parts("servers").Select(server => server.Find("path")).OfType<ConfiguredValue>().Where(path => IsTaken(path.Text)))
            faults.Add(path, "the authorization server uses this path", $"choose a path that does not begin with {Prefix} or {Connect}");
    }

    private static bool IsTaken(string path) => new[] { Prefix, Connect }.Any(
        taken => path.Equals(taken, StringComparison.OrdinalIgnoreCase) || path.StartsWith(taken + "/", StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex HostForm();
}
