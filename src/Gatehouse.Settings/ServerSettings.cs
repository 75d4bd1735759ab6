using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Policy.Matching;

namespace Gatehouse.Settings;

/// <summary>One MCP server behind the gateway: either a URL (Streamable HTTP) or a command (stdio).</summary>
public sealed record ServerSettings
{
    /// <summary>Name; it is a part of events, policy and the default path.</summary>
    public required string Name { get; init; }

    /// <summary>Path of the endpoint. Default <c>/mcp/</c> followed by the name.</summary>
    public required string Path { get; init; }

    /// <summary>Streamable HTTP upstream; null for a stdio server.</summary>
    public HttpUpstreamSettings? Http { get; init; }

    /// <summary>stdio upstream; null for an HTTP server.</summary>
    public StdioUpstreamSettings? Stdio { get; init; }

    /// <summary>Scopes that every token for this server must have. Default none.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Names of the server in <c>aud</c>, in addition to its URL. Default none.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Issuers whose callers may use the server, by the names that callers and rules use. Default none: every trusted issuer.</summary>
    public IReadOnlyList<string> Issuers { get; init; } = [];

    /// <summary>Certificate issuers whose workloads need no token here. Default none.</summary>
    public IReadOnlyList<string> CertificateIssuers { get; init; } = [];

    /// <summary>Requirement on the binding of tokens to their senders. Default: bound and plain tokens.</summary>
    public SenderConstraintRequirement SenderConstraint { get; init; }

    /// <summary>The label of what it answers, one of the configuration's; null for none.</summary>
    public string? Classification { get; init; }

    /// <summary>The trust in what it answers. Default trusted: its texts have no marks.</summary>
    public ServerTrust Trust { get; init; }

    /// <summary>
    /// True declares that the server keeps no state between requests. One process may serve all callers, and a lost upstream session may be replaced.
    /// Default false.
    /// </summary>
    public bool Stateless { get; init; }

    /// <summary>Largest message from a client in bytes.</summary>
    public int RequestBytes { get; init; } = 4 << 20;

    /// <summary>Largest message from the server in bytes.</summary>
    public int ResponseBytes { get; init; } = 16 << 20;

    /// <summary>Hard limit for one request, from forwarding to its last byte.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Hard limits of single tools, in order. The first that names the tool replaces <see cref="Deadline"/>.</summary>
    public IReadOnlyList<ToolDeadline> ToolDeadlines { get; init; } = [];

    /// <summary>Time until the server begins to answer a request. With zero only the deadline applies. Default zero.</summary>
    public TimeSpan FirstByte { get; init; }

    /// <summary>Time for which a stream that answers a request may be silent. With zero only the deadline applies. Default zero.</summary>
    public TimeSpan Idle { get; init; }

    /// <summary>Concurrent requests to this server.</summary>
    public int Concurrency { get; init; } = 256;

    /// <summary>Requests of all callers that wait in the queue.</summary>
    public int Queue { get; init; } = 1024;

    /// <summary>Requests of one caller that wait in the queue.</summary>
    public int QueuePerCaller { get; init; } = 16;

    /// <summary>Time for which a request waits in the queue. Default 10 s; with zero no request waits.</summary>
    public TimeSpan QueueWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Notifications forwarded for one request or stream. Further ones are joined or dropped (H34).</summary>
    public Rate Notifications { get; init; } = new(100, TimeSpan.FromSeconds(1));

    /// <summary>The longest deadline of a request to this server, over all tools.</summary>
    public TimeSpan LongestDeadline => ToolDeadlines.Select(own => own.Deadline).Append(Deadline).Max();

    /// <summary>Returns the hard limit for a request; for a call of a tool with its own limit, that limit.</summary>
    public TimeSpan DeadlineOf(string? tool)
    {
        if (tool is null) return Deadline;
        foreach (var own in ToolDeadlines)
        {
            if (own.Names(tool)) return own.Deadline;
        }

        return Deadline;
    }

    /// <summary>
    /// Tells whether the server accepts callers of a trusted issuer: it restricts no issuers or names this one. A certificate issuer is always named.
    /// </summary>
    public bool TakesIssuer(string issuer) =>
        CertificateIssuers.Any(name => CertificateIssuer.IssuerPrefix + name == issuer)
            || (!issuer.StartsWith(CertificateIssuer.IssuerPrefix, StringComparison.Ordinal)
                && (Issuers.Count == 0 || Issuers.Contains(issuer, StringComparer.Ordinal)));

    /// <summary>Caching and display of its lists.</summary>
    public ListSettings Lists { get; init; } = new();

    /// <summary>The handling of messages that do not match the schemas of its tools.</summary>
    public SchemaSettings Schemas { get; init; } = new();

    /// <summary>
    /// The handling of announced changes and updates for which the server declares no capability. Default enforce: they are dropped. Log messages are
    /// recorded in either case.
    /// </summary>
    public EnforcementMode Undeclared { get; init; }

    /// <summary>Bounds on its requests to clients.</summary>
    public ServerRequestSettings Asks { get; init; } = new();

    /// <summary>
    /// True for a server that a wrapper of a person's machine named. Its command and folder are those of the wrapper. The configuration may have an
    /// entry of its name, and never has these two. Default false.
    /// </summary>
    public bool IsWrapped => CommandDigest is not null;

    /// <summary>Digest of the whole command of a wrapped server, as a person approved it; null for a server of the configuration.</summary>
    public string? CommandDigest { get; private init; }

    /// <summary>Returns the same settings for a server that a wrapper named.</summary>
    /// <param name="command">Its command, as approved.</param>
    /// <param name="folder">The folder that its wrapper was started in; null for none in particular.</param>
    /// <param name="digest">Digest of the whole command, with the resolved program and the names of its variables.</param>
    public ServerSettings Wrapping(IReadOnlyList<string> command, string? folder, string digest) => this with
    {
        CommandDigest = digest,
        Stdio = (Stdio ?? new StdioUpstreamSettings { Command = command }) with { Command = command, WorkingDirectory = folder },
    };
}

/// <summary>The hard limit of some tools.</summary>
/// <param name="Tools">Names; <c>*</c> matches any sequence of characters.</param>
/// <param name="Deadline">Time from forwarding to the last byte. Progress notifications do not extend it (H33).</param>
public sealed record ToolDeadline(IReadOnlyList<string> Tools, TimeSpan Deadline)
{
    private readonly NameSet names = new(Tools);

    /// <summary>Tells whether the limit applies to the tool.</summary>
    public bool Names(string tool) => names.Contains(tool);
}
