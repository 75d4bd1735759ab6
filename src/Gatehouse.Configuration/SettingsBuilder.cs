using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Rules;
using Gatehouse.Identity.Certificates;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>The builder of the settings from sections without a fault.</summary>
internal sealed class SettingsBuilder(ConfigurationSection root, IReadOnlyList<PolicyRule> rules, LockSettings? locked)
{
    public GatewaySettings Build(string state, bool development) => new()
    {
        PublicUrl = root.Get<Uri>("publicUrl")!,
        StateDirectory = state,
        Development = development,
        Hosts = root.Texts("hosts"),
        AllowedOrigins = root.Texts("allowedOrigins"),
        Listen = Listen(root.Part("listen")),
        Management = new ManagementSettings
        {
            Url = root.Part("management").Get<Uri>("url"),
            Token = root.Part("management").Get<SecretReference>("token"),
            OpensMetrics = root.Part("management").Texts("open").Contains("metrics", StringComparer.Ordinal),
            OpensUpstreams = root.Part("management").Texts("open").Contains("upstreams", StringComparer.Ordinal),
        },
        Issuers = [.. root.Parts("issuers").Select(Issuer)],
        AuthorizationServer = AuthorizationServerBuilder.Build(root.Part("authorizationServer")),
        DPoP = Proofs(root.Part("dpop")),
        CertificateIssuers = [.. root.Parts("certificateIssuers").Select(CertificateIssuer)],
        Revocations = new RevocationSettings
        {
            File = root.Part("revocations").Get<string>("file"),
            CheckEvery = root.Part("revocations").Get<TimeSpan>("checkEvery"),
        },
        Servers = [.. root.Parts("servers").Select(ServerBuilder.Build)],
        Rules = rules,
        Lock = locked,
        Inspection = InspectionBuilder.Build(root.Part("inspection")),
        Limits = LimitBuilder.Build(root.Part("limits")),
        LimitRules = [.. root.Part("limits").Parts("rules").Select(LimitRuleBuilder.Build)],
        Sessions = Sessions(root.Part("sessions")),
        Approvals = ApprovalBuilder.Build(root.Part("approvals")),
        Quarantine = QuarantineBuilder.Build(root.Part("quarantine")),
        Audit = Audit(root.Part("audit")),
        Telemetry = new TelemetrySettings
        {
            Otlp = root.Part("telemetry").Get<Uri>("otlp"),
            Region = root.Part("telemetry").Get<string>("region"),
        },
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
        ClientCertificates =
            section.Get<string>("clientCertificates") switch
            {
                "ask" => ClientCertificates.Ask,
                "header" => ClientCertificates.Header,
                _ => ClientCertificates.Off
            },
    };

    private static CertificateIssuerSettings CertificateIssuer(ConfigurationSection section) => new()
    {
        Name = section.Get<string>("name")!,
        AuthoritiesFile = section.Get<string>("authorities"),
        Pins = [.. section.Texts("pins").Select(pin => pin[ServerRules.PinPrefix.Length..])],
        Workloads = section.Items("workloads").ToDictionary(
            item => item.Name, IReadOnlyList<string> (item) => [.. ((TextList)item.Content).Items.Select(pin => pin[ServerRules.PinPrefix.Length..])],
            StringComparer.Ordinal),
        Subject = section.Get<string>("subject") switch
        {
            "dns" => CertificateSubject.Dns,
            "name" => CertificateSubject.Name,
            _ => CertificateSubject.Uri
        },
        RevocationList = section.Get<string>("revocationList"),
        Scopes = section.Texts("scopes"),
    };

    private static IntrospectionSettings? Introspection(ConfigurationSection section) => !section.IsGiven ? null : new IntrospectionSettings
    {
        Endpoint = section.Get<Uri>("endpoint"),
        Client = section.Get<string>("client")!,
        Secret = section.Get<SecretReference>("secret")!,
        CacheLife = section.Get<TimeSpan>("cacheLife"),
        CacheEntries = (int)section.Get<long>("cacheEntries"),
    };

    private static EntraGraphSettings? Graph(ConfigurationSection section) => !section.IsGiven ? null : new EntraGraphSettings
    {
        ClientId = section.Get<string>("clientId")!,
        Secret = section.Get<SecretReference>("secret"),
        CertificateFile = section.Get<string>("certificate"),
        KeyFile = section.Get<string>("key"),
        Authority = section.Get<Uri>("authority")!,
        Origin = section.Get<Uri>("origin")!,
        Recheck = section.Get<TimeSpan>("recheck"),
        Timeout = section.Get<TimeSpan>("timeout"),
    };

    private static DPoPSettings Proofs(ConfigurationSection section) => new()
    {
        DemandNonce = section.Get<bool>("demandNonce"),
        ProofLife = section.Get<TimeSpan>("proofLife"),
        MaxProofs = (int)section.Get<long>("maxProofs"),
        MaxProofsPerKey = (int)section.Get<long>("maxProofsPerKey"),
    };

    private static IssuerSettings Issuer(ConfigurationSection section) => new()
    {
        Issuer = section.Get<string>("issuer")!,
        Profile = Profile(section),
        Tenants = section.Texts("tenants"),
        Hosts = section.Texts("hosts"),
        Metadata = section.Get<Uri>("metadata"),
        TokenIssuer = section.Get<string>("tokenIssuer"),
        SubjectClaim = section.Get<string>("subjectClaim"),
        Introspection = Introspection(section.Part("introspection")),
        Graph = Graph(section.Part("graph")),
        ScopeImplies = section.Items("scopeImplies").ToDictionary(item => item.Name, item => ((TextList)item.Content).Items, StringComparer.Ordinal),
        Algorithms = section.Texts("algorithms"),
        AcceptUntypedTokens = section.Get<bool>("acceptUntypedTokens"),
        ClockSkew = section.Get<TimeSpan>("clockSkew"),
        StaleKeys = section.Get<TimeSpan>("staleKeys"),
    };

    internal static IssuerProfileName Profile(ConfigurationSection section) => section.Get<string>("profile") switch
    {
        "entra" => IssuerProfileName.Entra,
        "adfs" => IssuerProfileName.AdFs,
        _ => IssuerProfileName.Strict
    };

    private static AdministrationHttpSettings? AdministrationHttp(ConfigurationSection section) => !section.IsGiven ? null : new()
    {
        PublicUrl = section.Get<Uri>("publicUrl"),
        Listen = new ListenSettings
        {
            Url = section.Part("listen").Get<Uri>("url")!,
            CertificateFile = section.Part("listen").Get<string>("certificate"),
            KeyFile = section.Part("listen").Get<string>("key"),
            TlsEndedByProxies = section.Part("listen").Texts("tlsEndedByProxies"),
        },
    };

    private static AdministrationSettings Administration(ConfigurationSection section) => new()
    {
        Audience = section.Get<string>("audience"),
        Strengths = section.Find("strengths") is not { IsGiven: true } ? null
            : section.Texts("strengths") is [AdministrationRules.NoStrength] ? [] : section.Texts("strengths"),
        MaxAge = section.Get<TimeSpan>("maxAge"),
        Who = Who(section.Part("who")),
        Obligations = [.. section.Parts("obligations").Select(Obligation)],
        Http = AdministrationHttp(section.Part("http")),
        Reading = new ReadingSettings
        {
            Own = Who(section.Part("reading").Part("own")),
            Groups =
            [
                .. section.Part("reading").Parts("groups").Where(one => Who(one.Part("who")) is not null)
                    .Select(one => new GroupReading(Who(one.Part("who"))!, one.Texts("of"), one.Get<string>("issuer"))),
            ],
            All = Who(section.Part("reading").Part("all")),
            Payloads = Who(section.Part("reading").Part("payloads")),
            Erase = Who(section.Part("reading").Part("erase")),
        },
    };

    private static ActObligation Obligation(ConfigurationSection section) => new()
    {
        Acts = section.Texts("acts"),
        NeedsReason = section.Get<string>("reason") == "required",
        SecondPerson = Who(section.Part("secondPerson")),
        Expires = section.Get<TimeSpan>("expires"),
    };

    // A clause without a list of callers means any caller, or a forbid for all.
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

    private static SessionSettings Sessions(ConfigurationSection section) => new()
    {
        Idle = section.Get<TimeSpan>("idle"),
        Absolute = section.Get<TimeSpan>("absolute"),
        Max = (int)section.Get<long>("max"),
        ReplayEvents = (int)section.Get<long>("replayEvents"),
        ReplayBytes = (int)section.Get<long>("replayBytes"),
    };

    internal static AuditSettings Audit(ConfigurationSection section) => new()
    {
        Region = section.Get<string>("region"),
        Directory = section.Get<string>("directory"),
        OutcomeBeforeReply = section.Get<bool>("outcomeBeforeReply"),
        WhenUnavailable = section.Get<string>("whenUnavailable") == "allow" ? AuditUnavailableMode.Allow : AuditUnavailableMode.Refuse,
        KeepPayloads = section.Get<bool>("keepPayloads"),
        Retention = new RetentionSettings
        {
            Calls = section.Part("retention").Get<TimeSpan>("calls"),
            SignIns = section.Part("retention").Get<TimeSpan>("signIns"),
            Administration = section.Part("retention").Get<TimeSpan>("administration"),
            Payloads = section.Part("retention").Get<TimeSpan>("payloads"),
        },
        SegmentBytes = section.Get<long>("segmentBytes"),
        MaxTotalBytes = section.Get<long>("maxTotalBytes"),
        MinFreeBytes = section.Get<long>("minFreeBytes"),
        Witnesses = [.. section.Parts("witnesses").Select(Witness)],
        Checkpoints = [.. section.Parts("checkpoints").Select(CheckpointPlace)],
        WitnessEvery = section.Get<TimeSpan>("witnessEvery"),
        OutsideBehind = section.Get<TimeSpan>("outsideBehind"),
    };

    private static WitnessSettings Witness(ConfigurationSection section) => new()
    {
        Name = section.Get<string>("name")!,
        Url = section.Get<Uri>("url")!,
        Keys = section.Texts("keys"),
        Operator = section.Get<string>("operator")!,
        Region = section.Get<string>("region"),
    };

    private static CheckpointPlaceSettings CheckpointPlace(ConfigurationSection section) => new()
    {
        Name = section.Get<string>("name")!,
        Folder = section.Get<string>("folder"),
        Url = section.Get<Uri>("url"),
        Region = section.Get<string>("region"),
        Every = section.Get<TimeSpan>("every"),
    };
}
