using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Rules;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>Makes the settings of one server.</summary>
internal static class ServerBuilder
{
    public static ServerSettings Build(ConfigurationSection section)
    {
        var limits = section.Part("limits");
        return new ServerSettings
        {
            Name = section.Name,
            Path = ServerRules.PathOf(section),
            Http = section.Wrote("url") ? Http(section) : null,
            Stdio = section.Wrote("command") ? Stdio(section) : null,
            Scopes = section.Texts("scopes"),
            Issuers = section.Texts("issuers"),
            CertificateIssuers = section.Texts("certificateIssuers"),
            SenderConstraint = section.Get<string>("senderConstraint") switch
            {
                "dpop" => SenderConstraintRequirement.DPoP,
                "mtls" => SenderConstraintRequirement.MutualTls,
                "any" => SenderConstraintRequirement.Any,
                _ => SenderConstraintRequirement.Accept,
            },
            Audiences = section.Texts("audiences"),
            Stateless = section.Get<bool>("stateless"),
            RequestBytes = (int)limits.Get<long>("requestBytes"),
            ResponseBytes = (int)limits.Get<long>("responseBytes"),
            Deadline = limits.Get<TimeSpan>("deadline"),
            ToolDeadlines = [.. limits.Parts("deadlines").Select(part => new ToolDeadline(part.Texts("tools"), part.Get<TimeSpan>("deadline")))],
            FirstByte = limits.Get<TimeSpan>("firstByte"),
            Idle = limits.Get<TimeSpan>("idle"),
            Notifications = limits.Get<Rate>("notifications"),
            Concurrency = (int)limits.Get<long>("concurrency"),
            Queue = (int)limits.Get<long>("queue"),
            QueuePerCaller = (int)limits.Get<long>("queuePerCaller"),
            QueueWait = limits.Get<TimeSpan>("queueWait"),
            Lists = Lists(section.Part("lists")),
            Undeclared = Deviation(section.Get<string>("undeclared")),
            Schemas = Schemas(section.Part("schemas")),
            Asks = Asks(section.Part("asks")),
        };
    }

    private static ListSettings Lists(ConfigurationSection section) => new()
    {
        PageSize = (int)section.Get<long>("pageSize"),
        MaxAge = section.Get<TimeSpan>("maxAge"),
        Changes = section.Get<Rate>("changes"),
        UnlistedResources = section.Get<bool>("unlistedResources"),
        Grow = section.Get<bool>("grow"),
        ByCaller = section.Get<bool>("byCaller"),
    };

    private static SchemaSettings Schemas(ConfigurationSection section) => new()
    {
        Input = Deviation(section.Get<string>("input")),
        Output = Deviation(section.Get<string>("output")),
    };

    private static EnforcementMode Deviation(string? word) => word == "record" ? EnforcementMode.Record : EnforcementMode.Enforce;

    private static ServerRequestSettings Asks(ConfigurationSection section) => new()
    {
        SamplingContext = section.Get<string>("samplingContext") switch
        {
            "thisServer" => SamplingContext.ThisServer,
            "allServers" => SamplingContext.AllServers,
            _ => SamplingContext.None,
        },
        SamplingBytes = (int)section.Get<long>("samplingBytes"),
        SamplingTokens = (int)section.Get<long>("samplingTokens"),
    };

    /// <summary>Returns the path, given or derived from the name.</summary>
    private static HttpUpstreamSettings Http(ConfigurationSection section) => new()
    {
        Url = section.Get<Uri>("url")!,
        Host = section.Get<string>("host"),
        Credential = Credential(section.Part("credential")),
        Pins = [.. section.Texts("pins").Select(pin => pin[ServerRules.PinPrefix.Length..])],
        RevocationList = section.Get<string>("revocationList"),
        ConnectTimeout = section.Get<TimeSpan>("connectTimeout"),
        Retries = (int)section.Get<long>("retries"),
        BreakAfter = (int)section.Get<long>("breakAfter"),
        BreakFor = section.Get<TimeSpan>("breakFor"),
    };

    internal static CredentialSettings? Credential(ConfigurationSection section) => section.IsGiven
        ? new CredentialSettings(section.Get<string>("header")!, section.Get<SecretReference>("value")!, section.Get<string>("prefix")!)
        : null;

    private static StdioUpstreamSettings Stdio(ConfigurationSection section) => new()
    {
        Command = section.Texts("command"),
        WorkingDirectory = section.Get<string>("workingDirectory"),
        Environment = section.Items("environment").ToDictionary(item => item.Name, item => item.Text, StringComparer.Ordinal),
        Secrets = section.Items("secrets").ToDictionary(item => item.Name, item => (SecretReference)item.Content, StringComparer.Ordinal),
        MaxProcesses = (int)section.Get<long>("maxProcesses"),
        ShutdownGrace = section.Get<TimeSpan>("shutdownGrace"),
        ShowStderr = section.Get<bool>("showStderr"),
        StartTimeout = section.Get<TimeSpan>("startTimeout"),
        WriteTimeout = section.Get<TimeSpan>("writeTimeout"),
    };
}
