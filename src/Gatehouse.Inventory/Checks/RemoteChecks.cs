using System.Net;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>Servers elsewhere: transport and sign-in.</summary>
internal static class RemoteChecks
{
    public static IEnumerable<Finding> Of(ServerEntry server)
    {
        foreach (var address in Addresses(server))
        {
            if (!Uri.TryCreate(address.Text, UriKind.Absolute, out var url)) continue;
            if (url.Scheme is "http" or "ws" && !IsHere(url))
                yield return server.About(FindingRules.PlainHttp, Confidence.High, $"{url.Scheme}://{url.Authority}", address.Place, url.Authority);
            if (address == server.RawUrl && !IsHere(url) && !server.HasAuthentication && !url.Query.Contains('=', StringComparison.Ordinal))
                yield return server.About(FindingRules.NoAuthentication, Confidence.Low, $"{url.Host} is called without a header or sign-in settings",
                    address.Place, url.Host);
        }

        foreach (var pair in server.Environment.Where(pair => (pair.Name == "NODE_TLS_REJECT_UNAUTHORIZED" && pair.Text == "0")
            || (pair.Name is "PYTHONHTTPSVERIFY" && pair.Text == "0") || (pair.Name == "GIT_SSL_NO_VERIFY" && pair.Text is "1" or "true")))
            yield return server.About(FindingRules.NoTlsCheck, Confidence.High, $"{pair.Name} is set", pair.Place, pair.Name);
        foreach (var argument in server.Arguments.Where(
            argument => argument.Text is "--insecure" or "-k" or "--no-verify-ssl" or "--ignore-https-errors" or "--allow-insecure-tls"))
        {
            if (server.Source.Name.Contains("mcp", StringComparison.OrdinalIgnoreCase) || argument.Text != "-k")
                yield return server.About(FindingRules.NoTlsCheck, Confidence.Medium, $"argument {argument.Text}", argument.Place, argument.Text);
        }
    }

    private static IEnumerable<ConfigScalar> Addresses(ServerEntry server)
    {
        if (server.RawUrl is { } url) yield return url;
        // Bridges such as mcp-remote take the address as an argument.
        foreach (var argument in server.Arguments.Where(argument => argument.Text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)))
            yield return argument;
    }

    private static bool IsHere(Uri url) => url.IsLoopback || url.Host.EndsWith(".localhost", StringComparison.Ordinal)
        || (IPAddress.TryParse(url.Host, out var address) && IPAddress.IsLoopback(address)) || url.Host is "host.docker.internal";
}
