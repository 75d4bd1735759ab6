using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>
/// The order in which rules judge large messages: each rule waits for a turn of its caller, so that a flood of such messages costs the others one
/// turn each (CWE-770). No turn is held while a rule waits for something. The work of a message is bounded by <see cref="MessageWork"/>.
/// </summary>
internal sealed class RuleTurns(TimeProvider time)
{
    /// <summary>Messages with more bytes wait for a turn.</summary>
    public const int Large = 65_536;

    /// <summary>Detail of the refusal of a message of which a rule could not finish its work.</summary>
    public const string TooMuchWork = "too-much-work";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FairQueue turns = new(time);

    /// <summary>Judges a message by one rule.</summary>
    /// <exception cref="RefusalException">Too many large messages wait.</exception>
    public ValueTask<RuleVerdict> JudgeAsync(IMessageRule rule, Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        message.Bytes.Length > Large
            ? InTurnAsync(rule, exchange, message, cancellation) : rule.JudgeAsync(exchange, message, cancellation);

    private async ValueTask<RuleVerdict> InTurnAsync(IMessageRule rule, Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        ValueTask<RuleVerdict> verdict;
        using (await TurnAsync(exchange, cancellation).ConfigureAwait(false)) verdict = rule.JudgeAsync(exchange, message, cancellation);
        return await verdict.ConfigureAwait(false);
    }

    private ValueTask<IDisposable> TurnAsync(Exchange exchange, CancellationToken cancellation)
    {
        var limits = exchange.Snapshot.Settings.Limits;
        var bounds = new QueueBounds(Math.Max(1, Environment.ProcessorCount / 2), limits.CallerShare, 64, 4096, Patience);
        return turns.WaitAsync(exchange.Record.Partition, bounds, cancellation);
    }
}
