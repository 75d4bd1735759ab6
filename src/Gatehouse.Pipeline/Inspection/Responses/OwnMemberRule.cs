using System.Text.Json;
using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;

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
        var cuts = new JsonCuts(message.Bytes, message.Range(slot));
        var reader = new Utf8JsonReader(message.Raw(slot));
        reader.Read();
        var removed = TakeOut(ref reader, cuts, slot == EnvelopeMember.ErrorData ? Place.Ours : Place.Any);
        if (cuts.Rest is not { } rest) return RuleVerdict.Pass;
        exchange.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, "own-member", null, removed));
        return RuleVerdict.Edit(MessageEdit.Replace(message.Range(slot), rest));
    }

    // Returns the number of members that are taken out.
    private static int TakeOut(ref Utf8JsonReader reader, JsonCuts cuts, Place place)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return 0;
        var removed = 0;
        var parts = cuts.Within();
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
        {
            parts.Begin(reader.TokenStartIndex);
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                removed += TakeOut(ref reader, cuts, Place.Any);
                parts.Keep(reader.BytesConsumed);
                continue;
            }

            var name = reader.GetString()!;
            var isOwn = place == Place.Ours && name.StartsWith("gatehouse/", StringComparison.Ordinal);
            reader.Read();
            // The server chooses the keys of its questions: one that is called input is a question nevertheless.
            if (isOwn || (place != Place.Questions && Opaque.Contains(name))) reader.Skip();
            else removed += TakeOut(ref reader, cuts, place == Place.Questions ? Place.Any : PlaceOf(name, place));
            if (isOwn) parts.Take(reader.BytesConsumed);
            else parts.Keep(reader.BytesConsumed);
            if (isOwn) removed++;
        }

        return removed;
    }

    private static Place PlaceOf(string name, Place within) => name switch
    {
        "_meta" => Place.Ours,
        "data" when within == Place.Error => Place.Ours,
        "error" => Place.Error,
        "inputRequests" => Place.Questions,
        _ => Place.Any,
    };

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
