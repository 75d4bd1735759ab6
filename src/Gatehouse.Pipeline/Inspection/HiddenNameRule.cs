using Gatehouse.Audit;
using Gatehouse.Pipeline.Listing;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>
/// Errors and completions of a server do not name what is not there for the caller: such an error is replaced by one that says
/// nothing, and such a value is taken out (AZ-01, design rule 4). Results of tools are content and pass.
/// </summary>
internal sealed class HiddenNameRule(ICatalogue catalogue) : IResponseRule
{
    private static readonly byte[] Withheld = "\"The server's words are withheld: they name what is not available here.\""u8.ToArray();

    public string Name => "hidden-names";

    public ValueTask PrepareAsync(Exchange exchange, ProvenMessage message, CancellationToken cancellation) => message.Kind switch
    {
        MessageKind.Error => HiddenNames.AskAsync(exchange, catalogue, HiddenNames.StringsOf(message.Raw(Slot.Error)), cancellation),
        MessageKind.Result when exchange.Message?.Method == "completion/complete" => HiddenNames.AskAsync(exchange, catalogue, HiddenNames.StringsOf(message.Raw(Slot.Result)), cancellation),
        _ => ValueTask.CompletedTask,
    };

    public ResponseVerdict Judge(Exchange exchange, ProvenMessage message) => message.Kind switch
    {
        MessageKind.Error => JudgeError(exchange, message),
        MessageKind.Result when exchange.Message?.Method == "completion/complete" => JudgeCompletion(exchange, message),
        _ => ResponseVerdict.Pass(message),
    };

    private ResponseVerdict JudgeError(Exchange exchange, ProvenMessage message)
    {
        if (!HiddenNames.AreIn(exchange, exchange.Snapshot, catalogue, HiddenNames.StringsOf(message.Raw(Slot.Error)))) return ResponseVerdict.Pass(message);
        exchange.Record.Add(new AuditPart("change", "replaced", "error-text"));
        var splice = new MessageSplice(message);
        byte[] error = [.. "{\"code\":"u8, .. message.Has(Slot.ErrorCode) ? message.Raw(Slot.ErrorCode) : "-32603"u8, .. ",\"message\":"u8, .. Withheld, (byte)'}'];
        splice.Replace(message.Range(Slot.Error), error);
        return ResponseVerdict.Pass(splice.ApplyAndProve(ResponseLimits.For(exchange.Server.ResponseBytes + error.Length)));
    }

    private ResponseVerdict JudgeCompletion(Exchange exchange, ProvenMessage message)
    {
        var bytes = message.Bytes.Span;
        if (!message.IsObject(Slot.Result)
            || !JsonWalk.TryFindMember(bytes, message.Range(Slot.Result), "completion"u8, out var completion)
            || bytes[completion.Start] != (byte)'{'
            || !JsonWalk.TryFindMember(bytes, completion, "values"u8, out var values))
        {
            return ResponseVerdict.Pass(message);
        }

        List<byte> kept = [];
        var removed = 0;
        foreach (var value in JsonWalk.Elements(bytes, values))
        {
            if (JsonWalk.String(bytes, value) is { } text && HiddenNames.Is(exchange, exchange.Snapshot, catalogue, text))
            {
                removed++;
                continue;
            }

            if (kept.Count > 0) kept.Add((byte)',');
            kept.AddRange(value.Of(bytes));
        }

        if (removed == 0) return ResponseVerdict.Pass(message);
        exchange.Record.Add(new AuditPart("change", "removed", "completion-values", null, removed));
        var splice = new MessageSplice(message);
        splice.Replace(completion, new byte[][] { "{\"values\":["u8.ToArray(), [.. kept], "]}"u8.ToArray() }.SelectMany(part => part).ToArray()); // total and hasMore count what was taken out
        return ResponseVerdict.Pass(splice.ApplyAndProve(ResponseLimits.Of(exchange)));
    }
}
