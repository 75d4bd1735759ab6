using Gatehouse.Policy.Rules;

namespace Gatehouse.Settings;

/// <summary>
/// The configuration, <c>version: 1</c>, after every check. Immutable; a reload replaces it as a whole (design rule 7).
/// </summary>
public sealed record GatewaySettings
{
    /// <summary>The version of the configuration format this build writes and reads.</summary>
    public const int FormatVersion = 1;

    private readonly OriginTexts texts = new();

    /// <summary>
    /// Origin under which clients reach the gateway: the only source of audiences, metadata and redirect URLs. https,
    /// or http on loopback.
    /// </summary>
    public required Uri PublicUrl { get; init; }

    /// <summary>The origin as text.</summary>
    public string Origin => texts.Origin(PublicUrl);

    /// <summary>Host and port of the origin, as a Host header names them.</summary>
    public string Authority => texts.Authority(PublicUrl);

    /// <summary>Where the gateway listens.</summary>
    public required ListenSettings Listen { get; init; }

    /// <summary>Where liveness, readiness and metrics are served.</summary>
    public ManagementSettings Management { get; init; } = new();

    /// <summary>Issuers whose access tokens are accepted.</summary>
    public IReadOnlyList<IssuerSettings> Issuers { get; init; } = [];

    /// <summary>The MCP servers, by name.</summary>
    public required IReadOnlyList<ServerSettings> Servers { get; init; }

    /// <summary>Rules of the policy. Without a rule nobody may do anything.</summary>
    public IReadOnlyList<PolicyRule> Rules { get; init; } = [];

    /// <summary>Further values of Host that are served, as <c>name</c> or <c>name:port</c>. Default: none but publicUrl's.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Web origins that may call, beside publicUrl's own. Default: none.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Bounds of the whole gateway.</summary>
    public LimitSettings Limits { get; init; } = new();

    /// <summary>Limits of rate, concurrency and quota, in the order of the file.</summary>
    public IReadOnlyList<LimitRule> LimitRules { get; init; } = [];

    /// <summary>Who issues certificates to workloads.</summary>
    public IReadOnlyList<CertificateIssuerSettings> CertificateIssuers { get; init; } = [];

    /// <summary>Revocations that others write.</summary>
    public RevocationSettings Revocations { get; init; } = new();

    /// <summary>How proofs of possession are judged.</summary>
    public DPoPSettings DPoP { get; init; } = new();

    /// <summary>Lives of sessions (legacy era).</summary>
    public SessionSettings Sessions { get; init; } = new();

    /// <summary>The audit log.</summary>
    public AuditSettings Audit { get; init; } = new();

    /// <summary>Traces and metrics.</summary>
    public TelemetrySettings Telemetry { get; init; } = new();

    /// <summary>Who may administer through the control socket.</summary>
    public AdministrationSettings Administration { get; init; } = new();

    /// <summary>An external decision point; null: the policy alone decides.</summary>
    public DecisionPointSettings? DecisionPoint { get; init; }

    /// <summary>Serving decisions to others; null serves none.</summary>
    public DecisionServiceSettings? DecisionService { get; init; }

    /// <summary>Which definitions of servers may be seen, as configured; null where nothing is.</summary>
    public LockSettings? Lock { get; init; }

    /// <summary>Which definitions of servers may be seen: what is configured, else the default.</summary>
    public LockSettings LockInForce => Lock ?? LockSettings.Default;

    /// <summary>What becomes of what inspection finds.</summary>
    public InspectionSettings Inspection { get; init; } = new();

    /// <summary>A lock that was found where no configuration names it; it only withholds. Null for none.</summary>
    public Integrity.Locks.LockFile? FoundLock { get; init; }

    /// <summary>Folder of keys, store, log and socket; 0700.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>True with <c>--dev</c>: an issuer of the gateway's own, on loopback only.</summary>
    public bool Development { get; init; }

    /// <summary>The server with the name; null when there is none.</summary>
    public ServerSettings? Server(string name) =>
        Servers.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.Ordinal));

    /// <summary>The resource identifier (RFC 8707) of a server: what its tokens must be issued for.</summary>
    public string Resource(ServerSettings server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return Origin + server.Path;
    }

    /// <summary>The audience of tokens for administration.</summary>
    public string AdministrationResource =>
        Administration.Audience ?? Origin + "/admin";

    /// <summary>The audience of tokens of those who ask for decisions.</summary>
    public string DecisionServiceResource =>
        DecisionService?.Audience ?? Origin + "/access/v1";
}
