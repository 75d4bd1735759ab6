using System.Xml.Linq;

namespace Gatehouse.Deployment.Tests.Azure;

/// <summary>Demands on a policy of API Management. Each returns what breaks it; nothing where it is kept.</summary>
internal static class PolicyRules
{
    private static readonly string[] Sections = ["inbound", "backend", "outbound", "on-error"];

    // Policies that read, keep or change a body hold a stream back, or write what tools say into the logs of the platform.
    private static readonly string[] Bodies =
    [
        "cache-lookup", "cache-store", "find-and-replace", "json-to-xml", "llm-content-safety", "log-to-eventhub", "mock-response", "set-body",
        "trace", "validate-content", "xml-to-json", "xsl-transform",
    ];

    // What the gateway and the client say to each other.
    private static readonly string[] Theirs =
    [
        "Accept", "Authorization", "Content-Type", "DPoP", "Last-Event-ID", "Mcp-Method", "Mcp-Name", "Mcp-Protocol-Version", "Mcp-Session-Id",
        "WWW-Authenticate", "X-Accel-Buffering",
    ];

    /// <summary>Rules of both policies, by name.</summary>
    public static IReadOnlyDictionary<string, Func<XElement, IEnumerable<string>>> Both { get; } =
        new Dictionary<string, Func<XElement, IEnumerable<string>>>(StringComparer.Ordinal)
        {
            ["the sections are those of the schema, and keep the policies around them"] = SectionsInOrder,
            ["answers are not buffered"] = Streams,
            ["no body is read or changed"] = NoBodies,
            ["tokens and headers of MCP pass"] = HeadersPass,
        };

    /// <summary>Rules of the policy in front of the gateway, by name.</summary>
    public static IReadOnlyDictionary<string, Func<XElement, IEnumerable<string>>> Before { get; } =
        new Dictionary<string, Func<XElement, IEnumerable<string>>>(Both, StringComparer.Ordinal)
        {
            ["forwarding headers of the client are replaced"] = ForwardingHeaders,
            ["the gateway is the backend"] = policy => Missing(policy, "set-backend-service", "backend-id", "gatehouse"),
        };

    /// <summary>Rules of the policy behind the gateway, by name.</summary>
    public static IReadOnlyDictionary<string, Func<XElement, IEnumerable<string>>> Behind { get; } =
        new Dictionary<string, Func<XElement, IEnumerable<string>>>(Both, StringComparer.Ordinal)
        {
            ["only the gateway connects"] = policy => Missing(policy, "ip-filter", "action", "allow"),
            ["the key of the gateway goes no further"] = policy => Header(policy, "Ocp-Apim-Subscription-Key", "delete"),
        };

    private static IEnumerable<string> SectionsInOrder(XElement policy)
    {
        if (!policy.Elements().Select(static one => one.Name.LocalName).SequenceEqual(Sections)) yield return "sections";
        foreach (var section in policy.Elements())
        {
            // The policy around it forwards too, and a request is forwarded once.
            var needed = section.Name.LocalName == "backend" ? "forward-request" : "base";
            if (section.Elements(needed).Count() != 1) yield return $"{section.Name.LocalName} without {needed}";
        }
    }

    private static IEnumerable<string> Streams(XElement policy) =>
        from wanted in new[] { "buffer-response", "buffer-request-body", "follow-redirects", "fail-on-error-status-code" }
        where policy.Descendants("forward-request").SingleOrDefault()?.Attribute(wanted)?.Value != "false"
        select wanted;

    private static IEnumerable<string> NoBodies(XElement policy) =>
    [
        .. policy.Descendants().Select(static one => one.Name.LocalName).Where(Bodies.Contains),
        .. policy.Descendants().SelectMany(static one => one.Attributes().Select(static a => a.Value).Append(one.Value))
            .Where(static text => text.Contains(".Body", StringComparison.Ordinal)),
    ];

    private static IEnumerable<string> HeadersPass(XElement policy) => policy.Descendants("set-header")
        .Select(static one => one.Attribute("name")!.Value).Where(name => Theirs.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static IEnumerable<string> ForwardingHeaders(XElement policy) =>
    [
        .. new[] { "Host", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto" }.SelectMany(name => Header(policy, name, "override")),
        .. new[] { "Forwarded", "X-Real-IP", "Client-Cert", "Client-Cert-Chain" }.SelectMany(name => Header(policy, name, "delete")),
        .. policy.Descendants("value").Where(static one => one.Value.Contains("Headers", StringComparison.Ordinal)).Select(static one => one.Value),
    ];

    private static IEnumerable<string> Header(XElement policy, string name, string action) =>
        policy.Element("inbound")!.Elements("set-header")
            .Any(one => one.Attribute("name")?.Value == name && one.Attribute("exists-action")?.Value == action)
            ? [] : [$"{name} without {action}"];

    private static IEnumerable<string> Missing(XElement policy, string element, string attribute, string value) =>
        policy.Element("inbound")!.Elements(element).Any(one => one.Attribute(attribute)?.Value == value) ? [] : [$"no {element} with {value}"];
}
