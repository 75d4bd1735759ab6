using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Validate;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Range.Doubles;

/// <summary>
/// A validate stage that reads a message in one way and passes on the bytes it got. Headers are not compared with the body.
/// </summary>
/// <param name="view">
/// From the bytes to what is read of them, of the same length: what it does not see is blank. The bytes themselves go on.
/// </param>
internal sealed class NaiveValidate(Func<byte[], byte[]> view) : IStage
{
    public string Name => "validate";

    public async ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        if (exchange.Source is null) return RevisionRule.Apply(exchange);
        var bytes = (await exchange.Source.ReadAsync(exchange.Partition
            ?? CallerPartition.Unknown, exchange.Server.RequestBytes, cancellation).ConfigureAwait(false)).ToArray();
        if (!MessageValidator.TryValidate(view(bytes), MessageLimits.Default, out var seen, out var failure))
            return StageOutcome.Deny(MessageFaultReasons.For(failure));
        exchange.Message = WithBytes(seen, bytes);
        exchange.Record.Method = seen.Method;
        if (ProtocolMethods.TryGet(seen.Method, out var method)) exchange.Method = method;
        return RevisionRule.Apply(exchange);
    }

    private static ValidatedMessage WithBytes(ValidatedMessage seen, byte[] bytes)
    {
        EnvelopeIndex slots = default;
        for (var slot = 0; slot < EnvelopeIndex.Count; slot++) slots[slot] = seen.Range((EnvelopeMember)slot);
        return new ValidatedMessage(bytes, seen.Kind, in slots);
    }
}
