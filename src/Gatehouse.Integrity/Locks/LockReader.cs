using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Schema;
using Gatehouse.Integrity.Schema.Compilation;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Integrity.Locks;

/// <summary>A strict reader of lock files: one unambiguous document, by its published schema, each digest that of its definition.</summary>
public static class LockReader
{
    internal const string SchemaResource = "gatehouse.lock.schema.json";

    private const string Remedy = "restore the file from version control, or write it again and approve it";

    private static readonly MessageLimits Limits =
        MessageLimits.Default with { MaxBytes = 16 * 1024 * 1024, MaxDepth = 80, MaxMembers = 65_536, MaxValues = 2_000_000 };

    private static readonly JsonSchema Published = Compile();

    /// <summary>Reads a file.</summary>
    /// <param name="utf8">Its bytes, at most 16 MiB.</param>
    /// <param name="file">The content when the answer is true.</param>
    /// <param name="faults">All faults found when the answer is false.</param>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out LockFile? file, out IReadOnlyList<LockFault> faults)
    {
        file = null;
        if (!JsonValidator.TryValidate(utf8.Span, Limits, out var failure))
        {
            faults = [new LockFault("", $"it is not exactly one JSON document with one reading ({failure.Fault} at byte {failure.Position})",
                "resolve the merge conflict, or " + Remedy)];
            return false;
        }

        using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = Limits.MaxDepth });
        faults = Check(document.RootElement);
        if (faults.Count > 0)
            return false;
        List<LockFault> found = [];
        file = new LockFile([.. Entries(document.RootElement.GetProperty("servers")).Select(server => Server(server, found))]);
        faults = found;
        file = found.Count == 0 ? file : null;
        return file is not null;
    }

    private static List<LockFault> Check(JsonElement root)
    {
        // Distinguished first: the schema of this version says nothing useful about a later one (design rule 16).
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("version", out var version)
            && version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number) && number > LockFile.FormatVersion)
            return [new LockFault("/version", $"it has format {number}; this is {LockFile.FormatVersion}",
                "use the version of Gatehouse that wrote it, or a newer one")];
        return [.. Published.Validate(root).Errors.Select(error => new LockFault(error.InstancePath, error.Message, Remedy))];
    }

    private static LockedServer Server(JsonProperty server, List<LockFault> faults)
    {
        var path = JsonPointers.Child("/servers", server.Name);
        List<LockedVolatility> changing = server.Value.TryGetProperty("volatile", out var volatiles)
            ? [.. volatiles.EnumerateArray().Select((element, index) => Volatility(element, $"{path}/volatile/{index}", faults))
            .OfType<LockedVolatility>()]
            : [];
        VolatileRule[] rules = [.. changing.Select(one => one.Rule)];
        List<LockedDefinition> definitions =
            [.. Entries(server.Value.GetProperty("definitions"))
                .Select(one => Definition(one, rules, JsonPointers.Child(path + "/definitions", one.Name), faults)).OfType<LockedDefinition>()];
        return new LockedServer(server.Name, Source(server.Value.GetProperty("source")), definitions)
        {
            Version = Optional(server.Value, "version"),
            Integrity = Optional(server.Value, "integrity"),
            Command = server.Value.TryGetProperty("command", out var command)
                ? [.. command.EnumerateArray().Select(argument => argument.GetString()!)] : [],
            Volatile = changing,
        };
    }

    private static ServerSource Source(JsonElement source) => new(
        Enum.Parse<SourceKind>(source.GetProperty("kind").GetString()!, ignoreCase: true), Optional(source, "registry") ?? "",
        source.GetProperty("identity").GetString()!);

    private static LockedVolatility? Volatility(JsonElement element, string path, List<LockFault> faults)
    {
        var kind = DefinitionKinds.Parse(element.GetProperty("kind").GetString()!);
        if (VolatileRule.TryCreate(kind, element.GetProperty("name").GetString()!, element.GetProperty("pointer").GetString()!,
            element.GetProperty("pattern").GetString()!, out var rule, out var fault))
            return new LockedVolatility(rule, element.GetProperty("reason").GetString()!);
        faults.Add(new LockFault(path + "/pattern", $"the pattern cannot be used: {fault}",
            "write a pattern without back references and lookbehind"));
        return null;
    }

    private static LockedDefinition? Definition(JsonProperty entry, VolatileRule[] rules, string path, List<LockFault> faults)
    {
        var slash = entry.Name.IndexOf('/', StringComparison.Ordinal);
        var kind = DefinitionKinds.Parse(slash < 0 ? entry.Name : entry.Name[..slash]);
        var json = JsonMarshal.GetRawUtf8Value(entry.Value.GetProperty("definition")).ToArray();
        var definition = new ServerDefinition(kind, slash < 0 ? "" : entry.Name[(slash + 1)..], json, new ByteRange(0, json.Length));
        var digest = entry.Value.GetProperty("digest").GetString()!;
        if (!ReadableTexts.CanList(definition))
            faults.Add(new LockFault(path, "the definition is nested too deep to be listed", Remedy));
        else if (DefinitionDigest.Of(definition, rules) != digest)
            faults.Add(new LockFault(path, "the digest does not match the definition, so one of them was edited", Remedy));
        else if (DefinitionKinds.IsNamed(kind) && !HasName(definition))
            faults.Add(new LockFault(path, "the name in the definition differs from the name of the entry", Remedy));
        return new LockedDefinition(definition, digest,
            entry.Value.TryGetProperty("approval", out var approval) ? Approved(approval, path, faults) : null);
    }

    private static bool HasName(ServerDefinition definition) =>
        JsonWalk.TryFindMember(definition.Bytes.Span, definition.Range, DefinitionKinds.NameMember(definition.Kind), out var name)
        && JsonWalk.String(definition.Bytes.Span, name) == definition.Name;

    private static Approval Approved(JsonElement approval, string path, List<LockFault> faults) =>
        new(approval.GetProperty("by").GetString()!, Time(approval.GetProperty("at"), path + "/approval/at", faults),
            approval.GetProperty("reason").GetString()!)
        {
            Expires = approval.TryGetProperty("expires", out var expires) ? Time(expires, path + "/approval/expires", faults) : null,
            Signatures = approval.TryGetProperty("signatures", out var signatures)
                ? [.. signatures.EnumerateArray()
                .Select(one => new ApprovalSignature(one.GetProperty("key").GetString()!, one.GetProperty("value").GetString()!))]
                : [],
        };

    private static DateTimeOffset Time(JsonElement text, string path, List<LockFault> faults)
    {
        if (!LockTimes.TryParse(text.GetString()!, out var time))
            faults.Add(new LockFault(path, "this is not a time", "write a time of UTC such as 2026-01-31T08:00:00Z"));
        return time;
    }

    private static IEnumerable<JsonProperty> Entries(JsonElement list) => list.EnumerateObject().Where(entry => entry.Name != LockWriter.End);

    private static string? Optional(JsonElement from, string name) => from.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static JsonSchema Compile()
    {
        using var stream = typeof(LockReader).Assembly.GetManifestResourceStream(SchemaResource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        // A lock of many servers needs more steps than one call's arguments.
        SchemaOptions options = new() { Limits = SchemaLimits.Default with { MaxSteps = 50_000_000 } };
        return JsonSchema.TryCompile(bytes, options, out var schema, out var fault) ? schema : throw new InvalidOperationException(fault.ToString());
    }
}
