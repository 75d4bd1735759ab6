using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule that removes members with the gateway's own prefix, <c>gatehouse/</c>, from what a server sends: in every <c>_meta</c>, and in
/// <c>data</c> of an error. The gateway writes its receipts and refusals there, and a client would take a server's for them.
/// </summary>
internal sealed class OwnMemberRule : IResponseRule
{
    // Values that belong to the tool or the client: their members have no meaning in the protocol.
    private static readonly HashSet<string> Opaque = new(StringComparer.Ordinal)
    {
        "structuredContent", "inputSchema", "outputSchema", "requestedSchema", "arguments", "input",
    };

    public string Name => "own-members";

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        new(Judge(exchange, message));

    private static RuleVerdict Judge(Exchange exchange, ValidatedMessage message)
    {
        var slot = message.Kind switch
        {
            MessageKind.Result => EnvelopeMember.Result,
            MessageKind.Error => EnvelopeMember.ErrorData,
            _ => EnvelopeMember.Params,
        };
        var bytes = message.Bytes.Span;
        // A name may be written with escapes. Most messages have neither.
        if (!message.Has(slot) || (bytes.IndexOf("gatehouse"u8) < 0 && bytes.IndexOf("\\u"u8) < 0)) return RuleVerdict.Pass;
        var edits = new List<MessageEdit>();
        var removed = Collect(bytes, message.Range(slot), isOurs: slot == EnvelopeMember.ErrorData, edits);
        if (removed > 0) exchange.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, "own-member", null, removed));
        return RuleVerdict.Edit(edits);
    }

    // Returns the number of members that the edits remove.
    private static int Collect(ReadOnlySpan<byte> bytes, ByteRange value, bool isOurs, List<MessageEdit> edits)
    {
        var removed = isOurs ? Own(bytes, value) : 0;
        if (removed > 0)
        {
            edits.Add(MessageEdit.Replace(value, Rest(bytes, value)));
            return removed;
        }

        foreach (var member in JsonWalk.Members(bytes, value))
        {
            var name = JsonWalk.String(bytes, member.Name)!;
            if (!Opaque.Contains(name)) removed += Collect(bytes, member.Value, name == "_meta", edits);
        }

        foreach (var element in JsonWalk.Elements(bytes, value)) removed += Collect(bytes, element, isOurs: false, edits);
        return removed;
    }

    private static int Own(ReadOnlySpan<byte> bytes, ByteRange value)
    {
        var count = 0;
        foreach (var member in JsonWalk.Members(bytes, value))
        {
            if (IsOwn(bytes, member.Name)) count++;
        }

        return count;
    }

    private static byte[] Rest(ReadOnlySpan<byte> bytes, ByteRange value)
    {
        var kept = new List<byte> { (byte)'{' };
        foreach (var member in JsonWalk.Members(bytes, value))
        {
            if (IsOwn(bytes, member.Name)) continue;
            if (kept.Count > 1) kept.Add((byte)',');
            kept.AddRange(bytes[member.Name.Start..member.Value.End]);
        }

        kept.Add((byte)'}');
        return [.. kept];
    }

    private static bool IsOwn(ReadOnlySpan<byte> bytes, ByteRange name) =>
        JsonWalk.String(bytes, name)!.StartsWith("gatehouse/", StringComparison.Ordinal);
}
