using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule that removes members with the gateway's own prefix, <c>gatehouse/</c>, from what a server sends: in every <c>_meta</c>, and in
/// <c>data</c> of an error, also in that of a failed task. The gateway writes its receipts and refusals there, and a client would take a server's
/// for them.
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
        var removed = Collect(bytes, message.Range(slot), slot == EnvelopeMember.ErrorData ? Place.Ours : Place.Any, edits);
        if (removed > 0) exchange.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, "own-member", null, removed));
        return RuleVerdict.Edit(edits);
    }

    // Returns the number of members that the edits remove.
    private static int Collect(ReadOnlySpan<byte> bytes, ByteRange value, Place place, List<MessageEdit> edits)
    {
        if (place == Place.Ours && HasOwn(bytes, value)) return CollectRest(bytes, value, edits);
        var removed = 0;
        foreach (var member in JsonWalk.Members(bytes, value)) removed += CollectMember(bytes, member, place, edits);
        foreach (var element in JsonWalk.Elements(bytes, value)) removed += Collect(bytes, element, Place.Any, edits);
        return removed;
    }

    private static int CollectMember(ReadOnlySpan<byte> bytes, JsonMember member, Place place, List<MessageEdit> edits)
    {
        // The server chooses the keys of its questions: one that is called input is a question nevertheless.
        if (place == Place.Questions) return Collect(bytes, member.Value, Place.Any, edits);
        var name = JsonWalk.String(bytes, member.Name)!;
        return Opaque.Contains(name) ? 0 : Collect(bytes, member.Value, PlaceOf(name, place), edits);
    }

    private static Place PlaceOf(string name, Place within) => name switch
    {
        "_meta" => Place.Ours,
        "data" when within == Place.Error => Place.Ours,
        "error" => Place.Error,
        "inputRequests" => Place.Questions,
        _ => Place.Any,
    };

    private static bool HasOwn(ReadOnlySpan<byte> bytes, ByteRange value)
    {
        foreach (var member in JsonWalk.Members(bytes, value))
        {
            if (IsOwn(bytes, member.Name)) return true;
        }

        return false;
    }

    // One edit replaces the object. Edits may not overlap, so those of the members that stay are carried out in it.
    private static int CollectRest(ReadOnlySpan<byte> bytes, ByteRange value, List<MessageEdit> edits)
    {
        var kept = new List<byte> { (byte)'{' };
        var removed = 0;
        foreach (var member in JsonWalk.Members(bytes, value))
        {
            if (IsOwn(bytes, member.Name))
            {
                removed++;
                continue;
            }

            if (kept.Count > 1) kept.Add((byte)',');
            var within = new List<MessageEdit>();
            removed += CollectMember(bytes, member, Place.Ours, within);
            Append(kept, bytes, new ByteRange(member.Name.Start, member.Value.End - member.Name.Start), within);
        }

        kept.Add((byte)'}');
        edits.Add(MessageEdit.Replace(value, kept.ToArray()));
        return removed;
    }

    private static void Append(List<byte> kept, ReadOnlySpan<byte> bytes, ByteRange range, List<MessageEdit> edits)
    {
        var at = range.Start;
        foreach (var edit in edits)
        {
            kept.AddRange(bytes[at..edit.Range.Start]);
            kept.AddRange(edit.Bytes.Span);
            at = edit.Range.End;
        }

        kept.AddRange(bytes[at..range.End]);
    }

    private static bool IsOwn(ReadOnlySpan<byte> bytes, ByteRange name) =>
        JsonWalk.String(bytes, name)!.StartsWith("gatehouse/", StringComparison.Ordinal);

    // What the members of a value mean.
    private enum Place
    {
        Any,

        // of _meta, or of data of an error
        Ours,

        // of an error object, as a failed task has one
        Error,

        // of inputRequests
        Questions,
    }
}
