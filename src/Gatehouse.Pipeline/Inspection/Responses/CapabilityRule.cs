using Gatehouse.Audit;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule that answers to <c>initialize</c> and <c>server/discover</c> offer only what exists for this caller (T32). It removes capabilities of
/// which the caller may use nothing, extensions other than the known ones, including MCP Apps (X10, ST-09), and instructions that name something
/// hidden from the caller.
/// </summary>
internal sealed class CapabilityRule(ICatalogue catalogue) : IResponseRule
{
    // Tasks are controlled by ResultTypeRule and by the checks of task ids.
    private const string Tasks = "io.modelcontextprotocol/tasks";

    public string Name => "capabilities";

    public async ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        await PrepareAsync(exchange, message, cancellation).ConfigureAwait(false);
        return Judge(exchange, message);
    }

    private async ValueTask PrepareAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        if (message.Kind != MessageKind.Result || exchange.Message?.Method is not ("initialize" or "server/discover")) return;
        await Visibility.AskOpenAsync(exchange, exchange.Snapshot, cancellation).ConfigureAwait(false);
        foreach (var kind in ListKinds.All)
        {
            if (catalogue.Known(exchange, kind) is { } list)
                await Visibility.AskAsync(exchange, exchange.Snapshot, list, cancellation).ConfigureAwait(false);
        }
    }

    private RuleVerdict Judge(Exchange exchange, ValidatedMessage message)
    {
        if (message.Kind != MessageKind.Result || exchange.Message?.Method is not ("initialize" or "server/discover")) return RuleVerdict.Pass;
        exchange.Declared = ServerCapabilityReader.Read(message); // before anything is removed for this caller
        List<MessageEdit> edits = [];
        if (message.IsObject(EnvelopeMember.ResultCapabilities)) Filter(exchange, message, edits);
        if (message.Text(EnvelopeMember.ResultInstructions) is { } words && HiddenNames.AreIn(exchange, exchange.Snapshot, catalogue, words))
        {
            exchange.Record.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Removed, "instructions"));
            edits.Add(MessageEdit.Replace(message.Range(EnvelopeMember.ResultInstructions), "\"\""u8.ToArray()));
        }

        return RuleVerdict.Edit(edits);
    }

    private void Filter(Exchange exchange, ValidatedMessage message, List<MessageEdit> edits)
    {
        var bytes = message.Bytes.Span;
        List<byte> kept = [(byte)'{'];
        int removed = 0, extensions = 0;
        foreach (var member in JsonWalk.Members(bytes, message.Range(EnvelopeMember.ResultCapabilities)))
        {
            var name = JsonWalk.String(bytes, member.Name)!;
            if (!Offers(exchange, name))
            {
                removed++;
                continue;
            }

            if (kept.Count > 1) kept.Add((byte)',');
            kept.AddRange(member.Name.Of(bytes));
            kept.Add((byte)':');
            kept.AddRange(name == "extensions" ? Known(bytes, member.Value, ref extensions) : member.Value.Of(bytes));
        }

        kept.Add((byte)'}');
        if (removed > 0) exchange.Record.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Removed, "capabilities", null, removed));
        if (extensions > 0) exchange.Record.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Removed, "extensions", null, extensions));
        if (removed + extensions > 0) edits.Add(MessageEdit.Replace(message.Range(EnvelopeMember.ResultCapabilities), kept.ToArray()));
    }

    private bool Offers(Exchange exchange, string capability) => capability switch
    {
        "tools" => HasSomething(exchange, ListKind.Tools),
        "prompts" => HasSomething(exchange, ListKind.Prompts),
        "resources" => HasSomething(exchange, ListKind.Resources) || HasSomething(exchange, ListKind.Templates),
        "completions" => HasSomething(exchange, ListKind.Prompts) || HasSomething(exchange, ListKind.Templates)
            || HasSomething(exchange, ListKind.Resources),
        "logging" => MayLog(exchange),
        _ => true,
    };

    // A caller that may use any name sees the capability whatever the server has, so that its absence reveals nothing. Other callers see it when they
    // see an entry. Before a first session of the legacy era nothing is known, and nothing is removed.
    private bool HasSomething(Exchange exchange, ListKind kind)
    {
        if (Visibility.IsOpen(exchange, exchange.Snapshot, kind)) return true;
        return catalogue.Known(exchange, kind) is { } list
            ? list.Entries.Any(entry => Visibility.Shows(exchange, exchange.Snapshot, list, entry))
            : !exchange.IsModern;
    }

    private static bool MayLog(Exchange exchange) => exchange.Subject is { } subject && exchange.Snapshot.Policy.Decide(
        subject, new PolicyRequest(exchange.Server.Name, "logging/setLevel")
        { Direction = PolicyDirection.Logging, At = exchange.Record.Now }).IsPermitted;

    private static byte[] Known(ReadOnlySpan<byte> bytes, ByteRange extensions, ref int others)
    {
        if (bytes[extensions.Start] != (byte)'{') return extensions.Of(bytes).ToArray();
        var kept = "{}"u8.ToArray();
        foreach (var extension in JsonWalk.Members(bytes, extensions))
        {
            if (JsonWalk.String(bytes, extension.Name) == Tasks)
                kept = [.. "{\"io.modelcontextprotocol/tasks\":"u8, .. extension.Value.Of(bytes), (byte)'}'];
            else others++;
        }

        return others == 0 ? extensions.Of(bytes).ToArray() : kept;
    }
}
