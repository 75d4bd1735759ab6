using Gatehouse.Storage;

namespace Gatehouse.Gateway.Sessions;

/// <summary>Where the open sessions are kept, so that a restart finds them and nothing else.</summary>
public interface IOpenSessions
{
    /// <summary>The sessions that were open when the process began.</summary>
    IReadOnlyList<OpenSessionRow> All(DateTimeOffset now);

    /// <summary>
    /// Keeps a session; returns when it is durable. One that cannot be kept is lost with this process, and its handle with it; the operator
    /// is told so, and nothing is thrown.
    /// </summary>
    ValueTask AddAsync(OpenSessionRow session);

    /// <summary>
    /// Forgets a session for good; returns when a restart cannot bring it back. Nobody waits for many of these, so nothing is thrown: where it
    /// cannot be forgotten the operator is told.
    /// </summary>
    ValueTask RemoveAsync(string uid);
}
