using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection.Documents;
using Gatehouse.Pipeline.Inspection.Texts;
using Gatehouse.Pipeline.Quarantine;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule for the texts of a server's messages: results, resources, prompts, errors, notifications and requests. What is blocked is answered by an
/// error or has a notice in its place, so that no client waits for an answer that never comes. A result about which a person is to be asked is
/// withheld; every other message is blocked then.
/// </summary>
internal sealed class ResponseTextRule(TextInspector inspector, SnapshotHolder snapshots) : IResponseRule
{
    public string Name => "texts";

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        // design rule 7
        var snapshot = exchange.Message is { Kind: MessageKind.Request, Method: not "subscriptions/listen" } ? exchange.Snapshot : snapshots.Current;
        var texts = MessageTexts.OfServer(exchange, message);
        return inspector.Documents.AreIn(snapshot, message, texts.Value) ? JudgeReadAsync(exchange, snapshot, message, texts, cancellation)
            : JudgeAsync(exchange, snapshot, message, texts, [], cancellation);
    }

    private async ValueTask<RuleVerdict> JudgeReadAsync(
        Exchange exchange, GatewaySnapshot snapshot, ValidatedMessage message, MessageTexts texts, CancellationToken cancellation)
    {
        var read = await inspector.Documents.ReadAsync(exchange, snapshot, message, texts.Value, cancellation).ConfigureAwait(false);
        return await JudgeAsync(exchange, snapshot, message, texts, read, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, GatewaySnapshot snapshot, ValidatedMessage message, MessageTexts texts,
        IReadOnlyList<ReadDocument> read, CancellationToken cancellation)
    {
        if (await inspector.JudgeAsync(exchange, snapshot, message, texts, read, cancellation).ConfigureAwait(false) is not { } decision)
            return RuleVerdict.Pass;
        if (decision.Action == InspectionAction.Annotate && TextNotice.Before(exchange, message, texts.Place) is { } notice)
            return RuleVerdict.Edit(notice);
        var detail = $"{decision.Finding} {decision.Rule}";
        if (decision.Action == InspectionAction.Ask && QuarantinedKinds.IsKept(exchange, message))
            return RuleVerdict.Withhold(decision.Asked, new Refusal(Reasons.TextWithheld, detail));
        return message.Kind switch
        {
            MessageKind.Notification => TextNotice.InPlaceOf(exchange, message) is { } instead ? RuleVerdict.Edit(instead) : RuleVerdict.Drop(detail),
            MessageKind.Request => RuleVerdict.Forbid(detail),
            _ => RuleVerdict.Refuse(Reasons.TextWithheld, detail),
        };
    }
}
