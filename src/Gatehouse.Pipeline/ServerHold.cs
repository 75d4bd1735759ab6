namespace Gatehouse.Pipeline;

/// <summary>
/// A hold on what the admission steps take for an exchange, the place at the server and the request in flight, until its answer is relayed or it is
/// refused.
/// </summary>
internal readonly struct ServerHold(ExchangeRun run) : IDisposable
{
    public void Dispose() => run.LeaveServer();
}
