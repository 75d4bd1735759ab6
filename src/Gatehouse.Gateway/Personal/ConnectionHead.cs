using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Stages;

namespace Gatehouse.Gateway.Personal;

/// <summary>
/// What a connection on stdio knows and HTTP says by headers: its session. The connection is the session (MCP, stdio), so it
/// shows the sealed handle of the one that began on it, and the stages need no other way.
/// </summary>
internal sealed class ConnectionHead : IRequestHead
{
    private readonly ConnectionHead? owner;
    private volatile string? session;

    public ConnectionHead()
    {
    }

    private ConnectionHead(ConnectionHead owner) => this.owner = owner;

    public string? Verb => null;

    public bool IsListening => owner is not null;

    public string Path => "";

    public bool HasQuery => false;

    /// <summary>The sealed handle; null before a session began.</summary>
    public string? Session
    {
        get => owner is null ? session : owner.Session;
        set => session = value;
    }

    /// <summary>The head of the connection's own stream: what the server says outside of requests.</summary>
    public ConnectionHead Listening() => new(this);

    public int Count(string header) => Single(header) is null ? 0 : 1;

    public string? Single(string header) => header.Equals(HeaderNames.SessionId, StringComparison.OrdinalIgnoreCase) ? Session : null;

    public IEnumerable<KeyValuePair<string, string>> WithPrefix(string prefix) => [];
}
