using Gatehouse.Policy;
using Gatehouse.Pipeline.Stages;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>
/// A list shows only what the caller may use, by the very decision that a call would get, so that the two cannot
/// disagree (AZ-01). A list that was filtered is private to the caller (H26). Tools whose header annotations are invalid
/// are left out as the specification asks (T20), and so are the resources of MCP Apps (ST-09).
/// </summary>
internal sealed class ListRule : IResponseRule
{
    public string Name => "lists";

    /// <summary>All entries in one question where an external decision point has a say (AZ-06).</summary>
    public ValueTask PrepareAsync(Exchange exchange, ProvenMessage message, CancellationToken cancellation)
    {
        if (message.Kind != MessageKind.Result || ReferenceEquals(exchange.Snapshot.Decisions, exchange.Snapshot.Policy)) return ValueTask.CompletedTask;
        return exchange.Message?.Method switch
        {
            "tools/list" => AskAsync(exchange, Questions(exchange, message, Slot.ResultTools, "name"u8, PolicyTargets.Tool), cancellation),
            "prompts/list" => AskAsync(exchange, Questions(exchange, message, Slot.ResultPrompts, "name"u8, PolicyTargets.Prompt), cancellation),
            "resources/list" => AskAsync(exchange, Questions(exchange, message, Slot.ResultResources, "uri"u8, PolicyTargets.Resource), cancellation),
            "resources/templates/list" => AskAsync(exchange, Questions(exchange, message, Slot.ResultResourceTemplates, "uriTemplate"u8, PolicyTargets.Template), cancellation),
            _ => ValueTask.CompletedTask,
        };
    }

    public ResponseVerdict Judge(Exchange exchange, ProvenMessage message)
    {
        if (message.Kind != MessageKind.Result) return ResponseVerdict.Pass(message);
        // A list cut short by an outage would be taken for the whole; it is refused instead.
        if (exchange.ListDecisions?.Fault is { } fault) return ResponseVerdict.Refuse(fault, "list-undecided");
        return exchange.Message?.Method switch
        {
            "tools/list" => Filter(exchange, message, Slot.ResultTools, Tool),
            "prompts/list" => Filter(exchange, message, Slot.ResultPrompts, Prompt),
            "resources/list" => Filter(exchange, message, Slot.ResultResources, Resource),
            "resources/templates/list" => Filter(exchange, message, Slot.ResultResourceTemplates, Template),
            _ => ResponseVerdict.Pass(message),
        };
    }

    private delegate bool Visible(Exchange exchange, ReadOnlySpan<byte> bytes, ByteRange entry);

    private static ResponseVerdict Filter(Exchange exchange, ProvenMessage message, Slot slot, Visible visible)
    {
        if (!message.Has(slot)) return ResponseVerdict.Pass(message);
        if (!message.IsArray(slot)) return ResponseVerdict.Refuse(Reasons.ResultRefused, "list-malformed");
        var splice = new MessageSplice(message);
        var removed = 0;
        if (!ListEdit.TryRemoveElements(message, slot, Keep, splice))
            return ResponseVerdict.Refuse(Reasons.ResultRefused, "list-malformed");
        if (removed == 0) return ResponseVerdict.Pass(message);
        exchange.Record.Add(new Audit.AuditPart("change", "removed", "list-entries", null, removed));
        if (message.Text(Slot.ResultCacheScope) == "public") splice.Replace(message.Range(Slot.ResultCacheScope), "\"private\""u8.ToArray());
        return ResponseVerdict.Pass(splice.ApplyAndProve(ResponseLimits.Of(exchange)));

        bool Keep(ReadOnlyMemory<byte> bytes, ByteRange entry)
        {
            var keep = bytes.Span[entry.Start] == (byte)'{' && visible(exchange, bytes.Span, entry);
            if (!keep) removed++;
            return keep;
        }
    }

    private static bool Tool(Exchange exchange, ReadOnlySpan<byte> bytes, ByteRange entry) =>
        Member(bytes, entry, "name"u8) is { } name
        && IsPermitted(exchange, PolicyTargets.Tool(exchange.Server.Name, name))
        && (!exchange.IsModern || HeadersAreValid(exchange, bytes, entry));

    private static bool Prompt(Exchange exchange, ReadOnlySpan<byte> bytes, ByteRange entry) =>
        Member(bytes, entry, "name"u8) is { } name && IsPermitted(exchange, PolicyTargets.Prompt(exchange.Server.Name, name));

    private static bool Resource(Exchange exchange, ReadOnlySpan<byte> bytes, ByteRange entry) =>
        Member(bytes, entry, "uri"u8) is { } uri
        && !ResourceUri.IsApp(uri)
        && IsPermitted(exchange, PolicyTargets.Resource(exchange.Server.Name, uri));

    private static bool Template(Exchange exchange, ReadOnlySpan<byte> bytes, ByteRange entry) =>
        Member(bytes, entry, "uriTemplate"u8) is { } uri
        && !ResourceUri.IsApp(uri)
        && IsPermitted(exchange, PolicyTargets.Template(exchange.Server.Name, uri));

    private static bool HeadersAreValid(Exchange exchange, ReadOnlySpan<byte> bytes, ByteRange entry)
    {
        if (!JsonWalk.TryFindMember(bytes, entry, "inputSchema"u8, out var schema)) return true;
        if (ToolParameterHeaders.TryRead(schema.Of(bytes).ToArray(), out _, out var reason)) return true;
        exchange.Record.Add(new Audit.AuditPart("detection", "drop", "tool-header-annotation", reason)); // T21
        return false;
    }

    private static string? Member(ReadOnlySpan<byte> bytes, ByteRange entry, ReadOnlySpan<byte> name) =>
        JsonWalk.TryFindMember(bytes, entry, name, out var value) ? JsonWalk.String(bytes, value) : null;

    private static PolicyRequest Question(Exchange exchange, PolicyRequest request) =>
        request with { Direction = PolicyDirection.Lists, At = exchange.Record.At, Revision = exchange.Revision?.Text };

    private static bool IsPermitted(Exchange exchange, PolicyRequest request) => exchange.ListDecisions is { } known
        ? known.IsPermitted(Question(exchange, request))
        : ReferenceEquals(exchange.Snapshot.Decisions, exchange.Snapshot.Policy) && exchange.Snapshot.Policy.Decide(exchange.Subject!, Question(exchange, request)).IsPermitted;

    private static List<PolicyRequest> Questions(Exchange exchange, ProvenMessage message, Slot slot, ReadOnlySpan<byte> name, Func<string, string?, PolicyRequest> about)
    {
        var questions = new List<PolicyRequest>();
        if (!message.IsArray(slot)) return questions;
        var bytes = message.Bytes.Span;
        foreach (var entry in JsonWalk.Elements(bytes, message.Range(slot)))
        {
            if (bytes[entry.Start] == (byte)'{' && Member(bytes, entry, name) is { } text) questions.Add(Question(exchange, about(exchange.Server.Name, text)));
        }

        return questions;
    }

    private static async ValueTask AskAsync(Exchange exchange, List<PolicyRequest> questions, CancellationToken cancellation)
    {
        var decisions = new PolicyDecision[questions.Count];
        await exchange.Snapshot.Decisions.DecideManyAsync(exchange.Subject!, questions.ToArray(), decisions, cancellation).ConfigureAwait(false);
        exchange.ListDecisions = new ListDecisions(questions, decisions);
        exchange.ListDecisions.Note(exchange.Record);
    }
}
