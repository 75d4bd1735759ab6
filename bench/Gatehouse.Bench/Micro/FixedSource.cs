using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Bench.Micro;

/// <summary>A body that is already there.</summary>
internal sealed class FixedSource(byte[] body) : IMessageSource
{
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CallerPartition caller, int maxBytes, CancellationToken cancellation) =>
        ValueTask.FromResult<ReadOnlyMemory<byte>>(body);
}
