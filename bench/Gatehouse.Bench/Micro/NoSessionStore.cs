using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Bench.Micro;

/// <summary>No session outlives the process.</summary>
internal sealed class NoSessionStore : ISessionStore
{
    public ValueTask AddAsync(OpenSessionRow row, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask<bool> RemoveAsync(string sessionUid, CancellationToken cancellation) => ValueTask.FromResult(true);

    public ValueTask<IReadOnlyList<OpenSessionRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<OpenSessionRow>>([]);
}
