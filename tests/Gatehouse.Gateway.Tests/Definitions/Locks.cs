using System.Text;
using System.Text.Json;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Definitions;

/// <summary>Locks for tests: of a server with what it was approved to say.</summary>
internal static class Locks
{
    public static readonly DateTimeOffset Approved = new(2025, 12, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A tool with a description.</summary>
    public static string Tool(string name, string description = "Does what it says.") =>
        $"{{\"name\":\"{name}\",\"description\":{JsonSerializer.Serialize(description)},\"inputSchema\":{{\"type\":\"object\"}}}}";

    /// <summary>The answer to <c>tools/list</c>.</summary>
    public static string Tools(params string[] tools) =>
        $"{{\"resultType\":\"complete\",\"tools\":[{string.Join(',', tools)}],\"ttlMs\":0,\"cacheScope\":\"private\"}}";

    public static ServerDefinition Definition(DefinitionKind kind, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var document = JsonDocument.Parse(json).RootElement;
        var name = kind switch
        {
            DefinitionKind.Tool or DefinitionKind.Prompt => document.GetProperty("name").GetString()!,
            DefinitionKind.Resource => document.GetProperty("uri").GetString()!,
            DefinitionKind.ResourceTemplate => document.GetProperty("uriTemplate").GetString()!,
            _ => "",
        };
        return new ServerDefinition(kind, name, bytes, new ByteRange(0, bytes.Length));
    }

    /// <summary>A definition with an approval that was given a month ago.</summary>
    public static LockedDefinition Entry(DefinitionKind kind, string json, Func<Approval, Approval?>? change = null)
    {
        var definition = Definition(kind, json);
        var approval = new Approval("ada@example.com", Approved, "read and found harmless");
        return new LockedDefinition(definition, DefinitionDigest.Of(definition), change is null ? approval : change(approval));
    }

    public static LockSettings For(ServerSettings server, params LockedDefinition[] definitions)
    {
        var identity = ServerIdentities.Of(server);
        return new LockSettings
        {
            File = "/etc/gatehouse.lock",
            Content = new LockFile([new LockedServer(server.Name, identity.Source, definitions) { Command = identity.Command }])
        };
    }

    /// <summary>The first server's lock.</summary>
    public static Func<GatewaySettings, GatewaySettings> Locked(params LockedDefinition[] definitions) =>
        settings => settings with { Lock = For(settings.Servers[0], definitions) };

    public static LockedDefinition LockedTool(string name, string description = "Does what it says.") =>
        Entry(DefinitionKind.Tool, Tool(name, description));
}
