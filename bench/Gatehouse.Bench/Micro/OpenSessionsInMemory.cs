using Gatehouse.Gateway.Sessions;
using Gatehouse.Storage;

namespace Gatehouse.Bench.Micro;

/// <summary>No session outlives the process.</summary>
internal sealed class OpenSessionsInMemory : IOpenSessions
{
    public IReadOnlyList<OpenSessionRow> All(DateTimeOffset now) => [];

    public ValueTask AddAsync(OpenSessionRow session) => ValueTask.CompletedTask;

    public ValueTask RemoveAsync(string uid) => ValueTask.CompletedTask;
}
