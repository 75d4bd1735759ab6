namespace Gatehouse.Gateway.Sessions;

/// <summary>Ids of sessions that ended before their absolute time; outlives a restart.</summary>
public interface IEndedSessions
{
    /// <summary>Notes that the session is over, at once in this process; returns when it is durable.</summary>
    ValueTask AddAsync(string uid, DateTimeOffset until);

    /// <summary>True when the session is over.</summary>
    bool Contains(string uid);
}
