using System.Text;
using Gatehouse.Bench.Micro;
using Gatehouse.Bench.Reporting;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Integrity.Locks;
using Gatehouse.Integrity.Schema;
using Gatehouse.Integrity.Schema.Compilation;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy.Decisions;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>What pinning and checking the definitions of 1,000 tools costs, and the arguments of one call.</summary>
internal sealed class IntegrityArea
{
    private const int Tools = 1000;
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly Table table = new("Definitions and schemas", ["work", "µs", "bytes allocated"]);

    public Task RunAsync(Report report)
    {
        var message = List();
        var definitions = Read(message);
        Add($"reading a list of {Tools} tools", () => Read(message));
        Add($"digests of {Tools} tools", () => Digests(definitions));
        Add($"inspecting {Tools} tools", () => Inspect(definitions, Tools));
        Add("inspecting one tool", () => Inspect(definitions, 1));
        var locked = new LockedServer("bench", new ServerSource(SourceKind.Origin, "", "https://bench.example"), [.. definitions.Select(Lock)]);
        Add($"what of {Tools} tools may be seen", () => Gate(locked, definitions));
        Add($"compiling {Tools} schemas", () => Compile(definitions));
        var schema = Compile(definitions)[0];
        var arguments = "{\"path\":\"notes/today.md\",\"lines\":20,\"mode\":\"text\"}"u8.ToArray();
        if (!schema.Validate(arguments, new ByteRange(0, arguments.Length)).IsValid) throw new InvalidOperationException("the arguments do not fit");
        Add("validating the arguments of one call", () => schema.Validate(arguments, new ByteRange(0, arguments.Length)));
        Values();
        Judging(definitions, locked);
        report.Add(table);
        return Task.CompletedTask;
    }

    // What checking costs beside the proof that every message passes anyway.
    private void Values()
    {
        var input = SchemaCosts.Compile(SchemaCosts.Input);
        var output = SchemaCosts.Compile(SchemaCosts.Output);
        Value("arguments of a call of 300 B", Messages.Call, EnvelopeMember.ParamsArguments, input);
        foreach (var kilobytes in new[] { 1, 10, 100 })
            Value($"a result of {kilobytes} KB of small records", Messages.Records(kilobytes), EnvelopeMember.ResultStructuredContent, output);
    }

    // What the lock adds to lists and calls: the judges once for each list and snapshot, then next to nothing.
    private void Judging(List<ServerDefinition> definitions, LockedServer locked)
    {
        var origin = new Uri("http://127.0.0.1:8080");
        var server = new ServerSettings { Name = "bench", Path = "/mcp/bench" };
        var settings = new GatewaySettings
        { PublicUrl = origin, Listen = new ListenSettings { Url = origin }, Servers = [server], StateDirectory = "/nowhere" };
        var judge = new LockPolicy(new LockFile([locked]), ApprovalRules.Single, EffectiveApprovals.None, _ => new ServerIdentity(locked.Source),
            FirstUseMode.Refuse, null, null);
        var snapshot = new GatewaySnapshot(1, settings, new PolicyDecisionPoint([])) { Definitions = new DefinitionStatuses([judge]) };
        var unlocked = new GatewaySnapshot(1, settings, new PolicyDecisionPoint([]));
        var list = new ServerList(ListKind.Tools, [.. definitions.Select(one => new ListEntry(one.Name, one.Json, new byte[32]))], new byte[32]);
        var exchange = new Exchange(snapshot, NoRequestHead.Instance, null, TimeProvider.System)
        { Server = server, Revision = ProtocolRevision.V20260728 };
        var seen = new DefinitionObservation(DateTimeOffset.UtcNow);
        Add($"judging a list of {Tools} tools by a lock, once for each list and snapshot",
            () => new DefinitionStatuses([judge]).Judge(server, list, seen));
        Add($"the same without a lock: digests alone", () => new DefinitionStatuses([]).Judge(server, list, seen));
        Add($"what of {Tools} tools is withheld, in a list that was judged", () =>
        {
            foreach (var entry in list.Entries)
                if (WithheldEntries.Find(exchange, snapshot, list, entry.Name) is not null) throw new InvalidOperationException("withheld");
        });
        Add("the same for the one tool of a call", () => WithheldEntries.Find(exchange, snapshot, list, "tool_500"));
        Add("the same without a lock", () => WithheldEntries.Find(exchange, unlocked, list, "tool_500"));
    }

    private void Value(string what, byte[] bytes, EnvelopeMember slot, JsonSchema schema)
    {
        var message = Messages.Validate(bytes);
        if (!schema.Validate(message.Bytes, message.Range(slot)).IsValid) throw new InvalidOperationException("it does not fit");
        var (validation, allocated) = Stopwatched.Measure(() => Messages.Validate(bytes));
        table.Add("validation of " + what, Micros(validation), Whole(allocated));
        var (check, more) = Stopwatched.Measure(() => schema.Validate(message.Bytes, message.Range(slot)));
        table.Add($"its check by a schema: {(check / validation).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)} of the validation", Micros(check), Whole(more));
    }

    private static string Micros(double nanoseconds) => (nanoseconds / 1000).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);

    private void Add(string work, Action operation)
    {
        var (nanoseconds, bytes) = Stopwatched.Measure(operation);
        table.Add(work, Micros(nanoseconds), Whole(bytes));
    }

    private static byte[] List()
    {
        var text = new StringBuilder("{\"tools\":[");
        for (var at = 0; at < Tools; at++)
        {
            text.Append(at == 0 ? "" : ",").Append(System.Globalization.CultureInfo.InvariantCulture, $$$"""
                {"name":"tool_{{{at}}}","title":"Tool {{{at}}}","description":"Reads a file of the project folder and returns the lines that were asked for. Paths are relative; \"..\" is refused.","inputSchema":{"type":"object","properties":{"path":{"type":"string","description":"The path of the file.","minLength":1,"maxLength":4096,"pattern":"^[\\w./-]+$"},"lines":{"type":"integer","minimum":1,"maximum":10000,"default":100},"mode":{"enum":["text","binary"]}},"required":["path"],"additionalProperties":false},"annotations":{"readOnlyHint":true}}
                """);
        }

        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }

    private static List<ServerDefinition> Read(byte[] message)
    {
        List<ServerDefinition> definitions = [];
        DefinitionReader.ReadList(DefinitionKind.Tool, message, new ByteRange(0, message.Length), definitions);
        return definitions.Count == Tools ? definitions : throw new InvalidOperationException("not all tools were read");
    }

    private static void Inspect(List<ServerDefinition> definitions, int count)
    {
        for (var at = 0; at < count; at++)
            if (MetadataInspector.Inspect(definitions[at]).Count > 0) throw new InvalidOperationException("an honest tool has a finding");
    }

    private static void Digests(List<ServerDefinition> definitions)
    {
        foreach (var definition in definitions) DefinitionDigest.Of(definition);
    }

    private static LockedDefinition Lock(ServerDefinition definition) =>
        new(definition, DefinitionDigest.Of(definition), new Approval("bench", Now, "bench"));

    private static void Gate(LockedServer locked, List<ServerDefinition> definitions)
    {
        foreach (var definition in definitions)
            if (DefinitionGate.Decide(locked, locked.Source, definition, ApprovalRules.Single, Now) != DefinitionStatus.Approved)
                throw new InvalidOperationException("not approved");
    }

    private static List<JsonSchema> Compile(List<ServerDefinition> definitions)
    {
        List<JsonSchema> schemas = [];
        foreach (var definition in definitions)
        {
            JsonWalk.TryFindMember(definition.Bytes.Span, definition.Range, "inputSchema"u8, out var schema);
            schemas.Add(JsonSchema.TryCompile(definition.Bytes.Slice(schema.Start, schema.Length), SchemaOptions.Default, out var compiled,
                out var fault) ? compiled : throw new InvalidOperationException(fault.ToString()));
        }

        return schemas;
    }
}
