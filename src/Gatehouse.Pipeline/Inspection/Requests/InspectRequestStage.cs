using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Validate;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Requests;

/// <summary>
/// The stage that inspects requests. It runs the request rules and replaces the message that was decided on with their result. If method, name or
/// params changed, the pipeline asks for another decision (design rule 1).
/// </summary>
public sealed class InspectRequestStage(RequestInspector inspector) : IInspectRequestStage
{
    /// <inheritdoc />
    public string Name => "inspect-request";

    /// <inheritdoc />
    public IReadOnlyList<IRequestRule> Rules => inspector.Rules;

    /// <inheritdoc />
    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return exchange.Message is { } message ? JudgeAsync(exchange, message, cancellation) : new(StageOutcome.Continue);
    }

    /// <inheritdoc />
    public ValueTask<Refusal?> JudgeAgainAsync(Exchange exchange, bool isReleased, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return exchange.Message is { } message ? inspector.JudgeAgainAsync(exchange, message, isReleased, cancellation) : default;
    }

    private async ValueTask<StageOutcome> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        var verdict = await inspector.JudgeAsync(exchange, message, cancellation).ConfigureAwait(false);
        exchange.IsSchemaLater = false;
        if (verdict.Refusal is not null) return StageOutcome.Deny(verdict.Refusal);
        exchange.Dropped = verdict.Dropped;
        if (verdict.Questions.Count > 0) exchange.Questions.OfRules = [.. exchange.Questions.OfRules, .. verdict.Questions];
        if (verdict.Message is { } edited && !ReferenceEquals(edited, message)) Adopt(exchange, message, edited);
        return StageOutcome.Continue;
    }

    private static void Adopt(Exchange exchange, ValidatedMessage before, ValidatedMessage edited)
    {
        exchange.Record.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Replaced, "request"));
        ValidateStage.Describe(exchange, edited);
        exchange.IsToBeDecidedAgain |= edited.Method != before.Method
            || !edited.Raw(EnvelopeMember.Params).SequenceEqual(before.Raw(EnvelopeMember.Params));
    }
}
