using System.Security.Cryptography;
using System.Text;
using Gatehouse.Detection.Secrets;
using Gatehouse.Inventory.Discovery;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>
/// Evidence of findings about a command, an address or a text. A reviewer who accepts a finding accepts this command: with another one it has to be
/// another finding. No evidence holds the value of a secret.
/// </summary>
internal static class FindingEvidence
{
    /// <summary>Returns the start or the address of a server: its command line or URL with secrets replaced, and otherwise its transport.</summary>
    public static string OfStart(ServerEntry server) => server.Command is { } command
        ? server.CommandLine ?? ServerEntryReader.CommandLine(command, server.Arguments)
        : server.Url is { } url ? WithoutValues(url) : server.Transport;

    /// <summary>Returns a digest of a text of any length, with the secrets in it replaced.</summary>
    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(SecretDetector.Mask(text))))[..32];

    // A parameter of an URL can be a secret by its name only. A digest of it could be guessed, so the names are the evidence.
    private static string WithoutValues(string url)
    {
        var query = url.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? url : $"{url[..query]}?{string.Join('&', url[(query + 1)..].Split('&').Select(part => part.Split('=')[0]))}";
    }
}
