using Gatehouse.Gateway.Sessions;

namespace Gatehouse.Bench.Micro;

/// <summary>No session has ended.</summary>
internal sealed class NoEndedSessions : IEndedSessions
{
    public ValueTask AddAsync(string uid, DateTimeOffset until) => ValueTask.CompletedTask;

    public bool Contains(string uid) => false;
}
