using Gatehouse.Isolation;

namespace Gatehouse.Gateway.Upstreams;

/// <summary>The channel of a process that the gateway itself started.</summary>
internal sealed class LocalChannel(LocalProcess process) : IStdioChannel
{
    public int Id => process.Id;

    public Stream Input => process.Input;

    public Stream Output => process.Output;

    public Task Exited => process.Exited;

    public int? ExitCode => process.Exited is { IsCompletedSuccessfully: true, Result: { WasRequested: false, Code: var code } } ? code : null;

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
