using Gatehouse.Pipeline;

namespace Gatehouse.Bench.Micro;

/// <summary>No result here carries a handle, so none is made or asked for.</summary>
internal sealed class NoStateHandles : IStateHandles
{
    public string SealState(Exchange exchange, ReadOnlySpan<byte> state) => "";

    public byte[]? OpenState(Exchange exchange, string envelope) => null;

    public TaskClaim ClaimTask(Exchange exchange, string taskId) => TaskClaim.NotKept;

    public TaskTool? ToolOfTask(Exchange exchange, string taskId) => null;

    public bool OwnsTask(Exchange exchange, string taskId) => false;

    public bool IsOfAnother(Exchange exchange, string taskId) => false;
}
