using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Resolve;

namespace Gatehouse.Bench.Micro;

/// <summary>No result here carries a handle, so none is made or asked for.</summary>
internal sealed class NoStateHandles : IStateHandles
{
    public string SealState(Exchange exchange, ReadOnlySpan<byte> state) => "";

    public string? SealOnce(Exchange exchange, RequestState state) => null;

    public RequestState? OpenState(Exchange exchange, string envelope) => null;

    public ValueTask<TaskClaim> ClaimTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation) =>
        ValueTask.FromResult(TaskClaim.NotKept);

    public ValueTask<TaskTool?> ToolOfTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation) =>
        ValueTask.FromResult<TaskTool?>(null);

    public ValueTask<bool> OwnsTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation) => ValueTask.FromResult(false);

    public ValueTask<bool> IsOfAnotherAsync(Exchange exchange, string taskId, CancellationToken cancellation) => ValueTask.FromResult(false);
}
