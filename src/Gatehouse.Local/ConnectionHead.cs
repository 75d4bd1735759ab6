using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Local;

/// <summary>
/// The facts of a connection on stdio that HTTP shows by headers: its session. The connection is the session (MCP, stdio), so it shows the sealed
/// handle of the one that began on it, and the stages need no other way.
/// </summary>
internal sealed class ConnectionHead : IRequestHead
{
    private volatile string? session;

    public string? Verb => null;

    public string Path => "";

    public bool HasQuery => false;

    /// <summary>The sealed handle; null before a session began.</summary>
    public string? Session
    {
        get => session;
        set => session = value;
    }

    public RequestHeader? Repeated => null;

    public string? Accept => null;

    public IReadOnlyList<KeyValuePair<string, string>> Parameters => [];

    public bool Has(RequestHeader header) => Single(header) is not null;

    public string? Single(RequestHeader header) => header == RequestHeader.SessionId ? Session : null;
}
