using System.Text.Json.Nodes;

namespace Gatehouse.Deployment.Tests.Compose;

/// <summary>What <c>deploy/compose.yaml</c> says about its services and networks.</summary>
internal sealed class ComposeFile(JsonNode document)
{
    private const string Shared = "service:";

    public static string Folder { get; } = Path.Join(Repository.Root, "deploy");

    /// <summary>The whole file.</summary>
    public JsonNode Document => document;

    public static ComposeFile Read() => new(YamlNodes.Read(File.ReadAllText(Path.Join(Folder, "compose.yaml"))).Single());

    /// <summary>The services by name.</summary>
    public IReadOnlyDictionary<string, JsonNode> Services => document["services"]!.AsObject()
        .ToDictionary(static one => one.Key, static one => one.Value!);

    /// <summary>The names of the networks, with true for those without a way out.</summary>
    public IReadOnlyDictionary<string, bool> Networks => document["networks"]!.AsObject()
        .ToDictionary(static one => one.Key, static one => one.Value?["internal"]?.GetValue<bool>() == true);

    /// <summary>Whether the machine has no address in a network: an engine gives it one also where the network is internal.</summary>
    public bool IsIsolated(string network) => document["networks"]![network]?["driver_opts"] is { } options
        && ((string[])["ipv4", "ipv6"]).All(family => options[$"com.docker.network.bridge.gateway_mode_{family}"]?.GetValue<string>() == "isolated");

    /// <summary>The service whose network namespace a service has: another one's, or its own.</summary>
    public string HostOf(string service)
    {
        var mode = Services[service]["network_mode"]?.GetValue<string>();
        if (mode is null) return service;
        Assert.StartsWith(Shared, mode, StringComparison.Ordinal);
        return mode[Shared.Length..];
    }

    /// <summary>
    /// The networks of a service, each with the names that the service has there. A service that names none is in the network <c>default</c>.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> NetworksOf(string service) => Services[service]["networks"] switch
    {
        JsonArray list => list.ToDictionary(static name => name!.GetValue<string>(), IReadOnlyList<string> (_) => [service]),
        JsonObject map => map.ToDictionary(static one => one.Key, IReadOnlyList<string> (one) =>
            [service, .. one.Value?["aliases"]?.AsArray().Select(static alias => alias!.GetValue<string>()) ?? []]),
        _ => new Dictionary<string, IReadOnlyList<string>> { ["default"] = [service] },
    };
}
