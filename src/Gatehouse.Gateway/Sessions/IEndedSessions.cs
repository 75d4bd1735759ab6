namespace Gatehouse.Gateway.Sessions;

/// <summary>Ids of sessions that ended before their absolute time; outlives a restart.</summary>
public interface IEndedSessions
{
    /// <summary>Notes that the session is over.</summary>
    void Add(string uid, DateTimeOffset until);

    /// <summary>True when the session is over.</summary>
    bool Contains(string uid);
}
