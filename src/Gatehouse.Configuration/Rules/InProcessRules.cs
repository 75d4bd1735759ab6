using Gatehouse.Configuration.Keys;
using Gatehouse.Configuration.Reading;
using Gatehouse.Settings;

namespace Gatehouse.Configuration.Rules;

/// <summary>
/// The configuration of a gateway that is a library in the server that it protects: the gateway's format, without what belongs to the listener of
/// the server, and without what is not in this build there.
/// </summary>
internal static class InProcessRules
{
    private const string OwnListener = "the server itself listens: set addresses and certificates where its Kestrel is configured";
    private const string OwnConnections = "the server itself takes connections: set the limits of its Kestrel (KestrelServerOptions.Limits)";
    private const string NotThere = "not in this build for a library: put the gateway in front of the server";

    private static readonly (string Section, string Key, string Why)[] Refused =
    [
        ("listen", "url", OwnListener), ("listen", "certificate", OwnListener), ("listen", "key", OwnListener),
        ("listen", "clientCertificates", NotThere),
        .. ConfigurationKeys.All.Where(static key => !key.Hosts.HasFlag(KeyHosts.Library)).Select(static key => ("limits", key.Name, OwnConnections)),
        ("", "management", "the server serves its own health; 'gatehouse status --state FOLDER' prints the state of the library"),
        ("administration", "http", NotThere), ("", "authorizationServer", NotThere), ("", "decisionService", NotThere),
        ("", "certificateIssuers", NotThere), ("", "providers", NotThere),
    ];

    /// <summary>The keys: those of the gateway, and a server needs neither <c>url</c> nor <c>command</c>.</summary>
    public static KeyNode Keys { get; } =
        KeyNode.Of([.. ConfigurationKeys.All.Select(static key => key.Path == "servers" ? key with { OneOf = [] } : key)]);

    public static void Check(ConfigurationSection root, FaultList faults)
    {
        foreach (var (section, key, why) in Refused)
        {
            var place = section.Length == 0 ? root : root.Part(section);
            if (place.Wrote(key)) faults.Add(place, $"'{key}' does not apply inside a server: {why}", $"remove '{key}'");
        }

        foreach (var events in root.Parts("issuers").Select(issuer => issuer.Part("events")).Where(part => part.IsGiven))
        {
            foreach (var key in (string[])["pushToken", "logout"])
            {
                if (events.Wrote(key)) faults.Add(events, $"'{key}' does not apply inside a server: {NotThere}", $"remove '{key}', and use 'poll'");
            }
        }

        var servers = root.Parts("servers");
        if (servers.Count > 1)
            faults.Add(servers[1], "a library protects the one server that it is in", "keep one entry under 'servers'");
        foreach (var server in servers)
        {
            foreach (var key in (string[])["url", "command"])
            {
                if (server.Wrote(key))
                    faults.Add(server, $"'{key}' does not apply inside a server: the library is in the server of this entry", $"remove '{key}'");
            }
        }
    }

    // The address is only text: the library passes requests on within the process. A check of the host name in the server sees its public name.
    public static GatewaySettings Complete(GatewaySettings settings)
    {
        var server = settings.Servers[0];
        var listen = UrlText.IsLoopback(settings.PublicUrl) ? settings.Listen with { Url = settings.PublicUrl } : settings.Listen;
        var inner = server with { Http = new HttpUpstreamSettings { Url = new Uri(settings.Resource(server)) } };
        return settings with { Listen = listen, Servers = [inner] };
    }
}
