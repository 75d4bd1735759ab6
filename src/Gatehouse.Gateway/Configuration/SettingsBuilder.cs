using Gatehouse.Gateway.Configuration.Reading;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Policy;

namespace Gatehouse.Gateway.Configuration;

/// <summary>Makes the settings out of sections in which there is no fault.</summary>
internal sealed class SettingsBuilder(ConfigurationSection root, IReadOnlyList<PolicyRule> rules)
{
    public GatewaySettings Build(string state, bool development) => new()
    {
        PublicUrl = root.Get<Uri>("publicUrl")!,
        StateDirectory = state,
        Development = development,
        Hosts = root.Texts("hosts"),
        AllowedOrigins = root.Texts("allowedOrigins"),
        Listen = Listen(root.Part("listen")),
        Management = new ManagementSettings { Url = root.Part("management").Get<Uri>("url") },
        Issuers = [.. root.Parts("issuers").Select(Issuer)],
        Servers = [.. root.Parts("servers").Select(ServerBuilder.Build)],
        Rules = rules,
        Limits = Limits(root.Part("limits")),
        Sessions = Sessions(root.Part("sessions")),
        Audit = Audit(root.Part("audit")),
        Telemetry = new TelemetrySettings { Otlp = root.Part("telemetry").Get<Uri>("otlp") },
        Administration = Administration(root.Part("administration")),
        DecisionPoint = DecisionBuilder.Point(root.Part("decisionPoint")),
        DecisionService = DecisionBuilder.Service(root.Part("decisionService")),
    };

    private static ListenSettings Listen(ConfigurationSection section) => new()
    {
        Url = section.Get<Uri>("url")!,
        CertificateFile = section.Get<string>("certificate"),
        KeyFile = section.Get<string>("key"),
        TlsEndedByProxies = section.Texts("tlsEndedByProxies"),
    };

    private static IssuerSettings Issuer(ConfigurationSection section) => new()
    {
        Issuer = section.Get<string>("issuer")!,
        Algorithms = section.Texts("algorithms"),
        AcceptUntypedTokens = section.Get<bool>("acceptUntypedTokens"),
        ClockSkew = section.Get<TimeSpan>("clockSkew"),
        StaleKeys = section.Get<TimeSpan>("staleKeys"),
    };

    private static AdministrationSettings Administration(ConfigurationSection section) => new()
    {
        Audience = section.Get<string>("audience"),
        Who = Who(section.Part("who")),
    };

    // A clause without a list of callers is one that says anyone, or a forbid for all.
    internal static WhoClause? Who(ConfigurationSection clause)
    {
        var who = new WhoClause
        {
            Issuers = Names(clause, "issuers"),
            Subjects = Names(clause, "subjects"),
            Clients = Names(clause, "clients"),
            Scopes = Names(clause, "scopes"),
            Roles = Names(clause, "roles"),
            Groups = Names(clause, "groups"),
            Strengths = Names(clause, "strengths"),
        };
        return who == new WhoClause() ? null : who;
    }

    private static NameSet? Names(ConfigurationSection section, string key) =>
        section.Find(key) is { } value ? new NameSet(value.Items.Select(item => item.Text)) : null;

    private static LimitSettings Limits(ConfigurationSection section) => new()
    {
        Connections = (int)section.Get<long>("connections"),
        ConcurrencyPerCaller = (int)section.Get<long>("concurrencyPerCaller"),
        StreamsPerCaller = (int)section.Get<long>("streamsPerCaller"),
        BufferedBytes = section.Get<long>("bufferedBytes"),
        HeaderTimeout = section.Get<TimeSpan>("headerTimeout"),
        MinBodyBytesPerSecond = (int)section.Get<long>("minBodyBytesPerSecond"),
        HeaderBytes = (int)section.Get<long>("headerBytes"),
    };

    private static SessionSettings Sessions(ConfigurationSection section) => new()
    {
        Idle = section.Get<TimeSpan>("idle"),
        Absolute = section.Get<TimeSpan>("absolute"),
        Max = (int)section.Get<long>("max"),
        ReplayEvents = (int)section.Get<long>("replayEvents"),
        ReplayBytes = (int)section.Get<long>("replayBytes"),
    };

    private static AuditSettings Audit(ConfigurationSection section) => new()
    {
        Directory = section.Get<string>("directory"),
        Begun = section.Get<string>("begun") == "beforeReply" ? BegunDurability.BeforeReply : BegunDurability.BeforeForward,
        OutcomeBeforeReply = section.Get<bool>("outcomeBeforeReply"),
        WhenUnavailable = section.Get<string>("whenUnavailable") == "allow" ? UnrecordedReading.Allow : UnrecordedReading.Refuse,
        KeepPayloads = section.Get<bool>("keepPayloads"),
        SegmentBytes = section.Get<long>("segmentBytes"),
        MaxTotalBytes = section.Get<long>("maxTotalBytes"),
        MinFreeBytes = section.Get<long>("minFreeBytes"),
    };
}
