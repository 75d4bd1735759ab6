using Gatehouse.Audit;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule that errors and completions of a server do not name anything hidden from the caller: such an error is replaced by one without content,
/// and such a value is removed (AZ-01, design rule 4). Results of tools are content and pass.
/// </summary>
internal sealed class HiddenNameRule(ICatalogue catalogue) : IResponseRule
{
    private static readonly byte[] Withheld = "\"The server's words are withheld: they name what is not available here.\""u8.ToArray();

    public string Name => "hidden-names";

    public async ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        await PrepareAsync(exchange, message, cancellation).ConfigureAwait(false);
        return Judge(exchange, message);
    }

    private ValueTask PrepareAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) => message.Kind switch
    {
        MessageKind.Error => HiddenNames.AskAsync(exchange, catalogue, StringsOfError(message), cancellation),
        MessageKind.Result when exchange.Message?.Method == "completion/complete" =>
            HiddenNames.AskAsync(exchange, catalogue, HiddenNames.StringsOf(message.Raw(EnvelopeMember.Result)), cancellation),
        _ => ValueTask.CompletedTask,
    };

    private RuleVerdict Judge(Exchange exchange, ValidatedMessage message) => message.Kind switch
    {
        MessageKind.Error => JudgeError(exchange, message),
        MessageKind.Result when exchange.Message?.Method == "completion/complete" => JudgeCompletion(exchange, message),
        _ => RuleVerdict.Pass,
    };

    private RuleVerdict JudgeError(Exchange exchange, ValidatedMessage message)
    {
        if (!HiddenNames.AreIn(exchange, exchange.Snapshot, catalogue, StringsOfError(message)))
            return RuleVerdict.Pass;
        exchange.Record.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Replaced, "error-text"));
        byte[] error = [.. "{\"code\":"u8, .. message.Has(EnvelopeMember.ErrorCode) ? message.Raw(EnvelopeMember.ErrorCode) : "-32603"u8,
            .. ",\"message\":"u8, .. Withheld, (byte)'}'];
        return RuleVerdict.Edit(UnnamedMembers.Replace(message, EnvelopeMember.Error, error));
    }

    // Without the id, which the client chose: it could ask for a name by it.
    private static string StringsOfError(ValidatedMessage message)
    {
        var strings = HiddenNames.StringsOf(message.Raw(EnvelopeMember.Error));
        return UnnamedMembers.AsObject(message) is { } beside ? strings + HiddenNames.StringsOf(beside) : strings;
    }

    private RuleVerdict JudgeCompletion(Exchange exchange, ValidatedMessage message)
    {
        var bytes = message.Bytes.Span;
        if (!message.IsObject(EnvelopeMember.Result)
            || !JsonWalk.TryFindMember(bytes, message.Range(EnvelopeMember.Result), "completion"u8, out var completion)
            || bytes[completion.Start] != (byte)'{'
            || !JsonWalk.TryFindMember(bytes, completion, "values"u8, out var values))
        {
            return RuleVerdict.Pass;
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

        if (removed == 0) return RuleVerdict.Pass;
        exchange.Record.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Removed, "completion-values", null, removed));
        byte[] rest = [.. "{\"values\":["u8, .. kept, .. "]}"u8]; // without total and hasMore, which count the removed values
        return RuleVerdict.Edit(MessageEdit.Replace(completion, rest));
    }
}
