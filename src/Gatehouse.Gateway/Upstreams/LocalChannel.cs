using Gatehouse.Isolation;

namespace Gatehouse.Gateway.Upstreams;

/// <summary>The channel of a process that the gateway itself started.</summary>
internal sealed class LocalChannel(LocalProcess process) : IStdioChannel
{
    public int Id => process.Id;

    public Stream Input => process.Input;

    public Stream Output => process.Output;

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
