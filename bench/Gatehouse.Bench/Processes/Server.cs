namespace Gatehouse.Bench.Processes;

/// <summary>A process that listens.</summary>
internal sealed record Server(ChildProcess Process, int Port) : IDisposable
{
    public void Dispose() => Process.Dispose();
}
