using System.Text;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Integrity.Tests;

/// <summary>Definitions and locks for tests.</summary>
internal static class Samples
{
    public static readonly ServerSource Source = new(SourceKind.Package, "npm", "@example/files");

    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public const string Read =
        """{"name":"read_file","description":"Reads a file of the project folder and returns its text.","inputSchema":{"type":"object","properties":{"path":{"type":"string","description":"The path of the file."}},"required":["path"]}}""";

    public static ServerDefinition Tool(string json) => Definition(DefinitionKind.Tool, json);

    public static ServerDefinition Definition(DefinitionKind kind, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        Assert.True(JsonValidator.TryValidate(bytes, MessageLimits.Default, out var failure), failure.ToString());
        var name = DefinitionKinds.IsNamed(kind)
            && JsonWalk.TryFindMember(bytes, new ByteRange(0, bytes.Length), DefinitionKinds.NameMember(kind), out var found)
            ? JsonWalk.String(bytes, found)! : "";
        return new ServerDefinition(kind, name, bytes, new ByteRange(0, bytes.Length));
    }

    public static LockedDefinition Locked(ServerDefinition definition, params VolatileRule[] rules) =>
        new(definition, DefinitionDigest.Of(definition, rules), new Approval("ada@example.com", Noon.AddDays(-1), "read and found harmless"));

    public static LockedServer Server(params LockedDefinition[] definitions) => new("files", Source, definitions);
}
