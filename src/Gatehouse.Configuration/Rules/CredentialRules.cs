using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>The header of the gateway's own credential: none that frames, routes or belongs to the protocol.</summary>
internal static partial class CredentialRules
{
    private static readonly FrozenSet<string> Taken = new[]
    {
        "Accept", "Accept-Encoding", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Cookie", "Date",
        "Expect", "Forwarded", "Host", "Keep-Alive", "Last-Event-ID", "Origin", "Referer", "Set-Cookie", "TE", "Trailer",
        "Traceparent", "Tracestate", "Baggage", "Transfer-Encoding", "Upgrade", "User-Agent", "Via",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] TakenPrefixes = ["Mcp-", "Proxy-", "X-Forwarded-", "Sec-", "Access-Control-"];

    public static void Check(ConfigurationSection credential, FaultList faults)
    {
        if (credential.Find("header") is { } header) CheckHeader(header, faults);
        if (credential.Find("prefix") is { } prefix && prefix.Text.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0)
            faults.Add(prefix, "the prefix contains characters that are not allowed in a header", "write plain ASCII, e.g. \"Bearer \"");
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
