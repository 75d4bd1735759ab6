using Gatehouse.Configuration;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Configuration;

public sealed class GoodFileTests
{
    [Theory]
    [InlineData("everything.yaml", false)]
    [InlineData("smallest.yaml", false)]
    [InlineData("local.yaml", true)]
    public void EverySampleOfThisVersion_IsGood(string name, bool development)
    {
        var result = Samples.Load(File.ReadAllText(Path.Join(Samples.Folder, name)), development);
        Assert.Equal("", Samples.Text(result));
        Assert.True(result.IsGood);
    }

    // The golden pair of each sample: what it means must not change while its version is read.
    [Theory]
    [InlineData("everything", false)]
    [InlineData("smallest", false)]
    [InlineData("local", true)]
    public void EverySampleOfThisVersion_MeansWhatItMeant(string name, bool development)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The places of Linux.");
        var result = Samples.Load(File.ReadAllText(Path.Join(Samples.Folder, name + ".yaml")), development);
        var shown = string.Concat(result.Values.Select(value => $"{value.Path} = {value.Value} ({value.Source})\n"));
        Repository.AssertFile(shown, $"tests/compat/config/v1/{name}.values");
    }

    // A key that the list leaves out would be resolved at its first use, and config check would not look at it.
    [Fact]
    public void EverySecretOfTheWholeFile_IsInTheListOfThoseThatAreResolvedAtTheStart()
    {
        var result = Samples.Load(Samples.Everything);
        var written = result.Values.Where(value => value.Value.StartsWith("env:", StringComparison.Ordinal)
            || value.Value.StartsWith("vault:", StringComparison.Ordinal) || value.Value.StartsWith("keyvault:", StringComparison.Ordinal)
            || value.Value.StartsWith("file:/run/secrets", StringComparison.Ordinal));
        Assert.Equal(
            written.Select(value => $"{value.Path} = {value.Value}").Order(),
            SecretUses.Of(result.Settings!).Select(use => $"{use.Key} = {use.Reference}").Order());
    }

    [Fact]
    public void TheWholeGateway_IsReadAsWritten()
    {
        var settings = Samples.Load(Samples.Everything).Settings!;
        Assert.Equal(new Uri("https://mcp.example.com"), settings.PublicUrl);
        Assert.Equal("/var/lib/gatehouse", settings.StateDirectory);
        Assert.Equal(["mcp.internal:8443", "mcp.local"], settings.Hosts);
        Assert.Equal(["https://app.example.com"], settings.AllowedOrigins);
        Assert.Equal(new Uri("https://0.0.0.0:8443"), settings.Listen.Url);
        Assert.Equal("/etc/gatehouse/tls.pem", settings.Listen.CertificateFile);
        Assert.Equal("/etc/gatehouse/tls.key", settings.Listen.KeyFile);
        Assert.Equal(["10.0.0.5", "2001:db8::5"], settings.Listen.TlsEndedByProxies);
        Assert.Equal((false, true), (settings.Management.OpensMetrics, settings.Management.OpensUpstreams));
        Assert.Equal("https://mcp.example.com/administration", settings.AdministrationResource);
        Assert.False(settings.Development);
    }

    [Fact]
    public void ObligationsOfActs_AreReadAsWritten()
    {
        var obligations = Samples.Load(Samples.Everything).Settings!.Administration.Obligations;
        Assert.Equal(2, obligations.Count);
        Assert.Equal(["release", "contain"], obligations[0].Acts);
        Assert.True(obligations[0].NeedsReason);
        Assert.Equal(["seconds"], obligations[0].SecondPerson!.Groups!.Names);
        Assert.Equal(TimeSpan.FromMinutes(20), obligations[0].Expires);
        Assert.Equal((false, TimeSpan.FromHours(1)), (obligations[1].NeedsReason, obligations[1].Expires));
        Assert.Equal(["auditors"], obligations[1].SecondPerson!.Groups!.Names);
    }

    [Fact]
    public void MicrosoftGraph_IsReadAsWritten()
    {
        var issuers = Samples.Load(Samples.Everything).Settings!.Issuers;
        var national = issuers.Single(static issuer => issuer.Issuer.Contains("microsoftonline.us", StringComparison.Ordinal));
        Assert.Equal(
            new EntraGraphSettings { Origin = new Uri("https://graph.microsoft.us"), Recheck = TimeSpan.FromMinutes(2), Timeout = TimeSpan.FromSeconds(3) },
            national.Graph);
        Assert.Equal(
            new IssuerClientSettings { Id = "33333333-3333-4333-8333-333333333333", Secret = new SecretReference("env", "GRAPH_SECRET") }, national.Client);
        var first = issuers.Single(static issuer => issuer.Issuer.Contains("sts.windows.net", StringComparison.Ordinal));
        Assert.Equal(new EntraGraphSettings(), first.Graph);
        Assert.Equal(new SecretReference("file", "/run/secrets/graph.pem"), first.Client!.Certificate);
    }

    [Fact]
    public void WorkloadsByKey_AreReadAsWritten()
    {
        var issuers = Samples.Load(Samples.Everything).Settings!.CertificateIssuers;
        Assert.Empty(issuers[0].Workloads);
        Assert.Null(issuers[1].AuthoritiesFile);
        var (name, pins) = Assert.Single(issuers[1].Workloads);
        Assert.Equal("nightly-build", name);
        Assert.Equal(["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="], pins);
    }

    [Fact]
    public void AServerReachedByHttp_IsReadAsWritten()
    {
        var server = Samples.Load(Samples.Everything).Settings!.Server("everything")!;
        Assert.Equal("/tools/everything", server.Path);
        Assert.Null(server.Stdio);
        Assert.Equal(new Uri("http://127.0.0.1:5921/mcp"), server.Http!.Url);
        Assert.Equal(new CredentialSettings("Authorization", new SecretReference("env", "EVERYTHING_TOKEN"), "Bearer "), server.Http.Credential);
        Assert.Equal(TimeSpan.FromMinutes(10), server.DeadlineOf("report_year"));
        Assert.Equal(TimeSpan.FromSeconds(90), server.DeadlineOf("echo"));
    }

    [Fact]
    public void APin_IsGivenToTheHandlersWithoutItsPrefix()
    {
        var server = Samples.Load(Samples.Everything).Settings!.Server("pinned")!;
        Assert.Equal(["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="], server.Http!.Pins);
        Assert.Null(server.Http.Credential);
    }

    [Fact]
    public void AServerStartedAsAProcess_IsReadAsWritten()
    {
        var server = Samples.Load(Samples.Everything).Settings!.Server("files")!;
        Assert.Equal("/mcp/files", server.Path);
        Assert.Null(server.Http);
        var stdio = server.Stdio!;
        Assert.Equal(["mcp-server-filesystem", "/srv/data"], stdio.Command);
        Assert.Equal("warn", stdio.Environment["LOG_LEVEL"]);
        Assert.Equal(new SecretReference("file", "/run/secrets/key"), stdio.Secrets["API_KEY"]);
        Assert.Equal(new SecretReference("env", "OTHER_SECRET"), stdio.Secrets["OTHER"]);
        Assert.Equal(new SecretReference("vault", "notes-key"), stdio.Secrets["STORED"]);
        Assert.Equal(new KeyVaultName("main", "notes-key", null), KeyVaultName.Of(stdio.Secrets["VAULTED"]));
    }

    [Fact]
    public void Vaults_AreReadAsWritten() => Assert.Equal(
        [
            new VaultSettings
            {
                Name = "everything", Url = new Uri("https://everything.vault.azure.net"), Identity = AzureIdentityKind.Workload,
                ClientId = "44444444-4444-4444-8444-444444444444", Recheck = TimeSpan.FromMinutes(1), Outage = TimeSpan.FromHours(6),
            },
            new VaultSettings { Name = "main", Url = new Uri("https://main.vault.azure.net") },
        ],
        Samples.Load(Samples.Everything).Settings!.Vaults);

    [Fact]
    public void HoneyCredentials_AreReadAsWritten() => Assert.Equal(
        [
            new HoneySettings { Name = "old-admin", Secret = new SecretReference("vault", "old-admin") },
            new HoneySettings { Name = "wiki", Sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" },
        ],
        Samples.Load(Samples.Everything).Settings!.Honey);

    [Fact]
    public void AWordThatYamlTakesForNo_StaysTheTextItIs() =>
        Assert.Equal("no", Samples.Load(Samples.Everything).Settings!.Server("files")!.Stdio!.Environment["REGION"]);

    [Fact]
    public void APermitRule_SpeaksOfWhomAndWhatItNames()
    {
        var rule = Samples.Load(Samples.Everything).Settings!.Rules[0];
        Assert.Equal(("staff-read", false), (rule.Id, rule.Forbids));
        Assert.All([rule.Who!.Issuers, rule.Who.Subjects, rule.Who.Clients, rule.Who.Scopes, rule.Who.Roles, rule.Who.Groups], Assert.NotNull);
        Assert.True(rule.Who.Subjects!.Contains("bob"));
        Assert.True(rule.Servers!.Contains("files"));
        Assert.True(rule.Tools!.Contains("read_file"));
        Assert.True(rule.Prompts!.Contains("summary"));
        Assert.True(rule.Resources!.Patterns[0].Matches("file:///srv/data/a"));
        Assert.True(rule.Methods!.Contains("completion/complete"));
    }

    [Fact]
    public void ARuleForAnyone_HasNoClauseOfCallers() => Assert.Null(Samples.Load(Samples.Everything).Settings!.Rules[1].Who);

    [Fact]
    public void AForbid_ForbidsToAll()
    {
        var rule = Samples.Load(Samples.Everything).Settings!.Rules[2];
        Assert.True(rule.Forbids);
        Assert.Null(rule.Who);
        Assert.Null(rule.Servers);
        Assert.True(rule.Tools!.Contains("delete_file"));
    }

    [Fact]
    public void WebhooksWitnessesAndPlaces_AreReadAsWritten()
    {
        var settings = Samples.Load(Samples.Everything).Settings!;
        var webhook = Assert.Single(settings.Approvals.Webhooks);
        Assert.Equal(("chat", "https://chat.internal.example.com/gatehouse", "env:CHAT_SECRET", "eu", true),
            (webhook.Name, webhook.Url.ToString(), webhook.Secret.ToString(), webhook.Region, webhook.SendsArguments));
        Assert.True(webhook.SendsAlarms);
        Assert.Equal(["everything"], webhook.Servers);
        var approvers = Assert.Single(webhook.Approvers);
        Assert.Equal(("https://login.example.com/tenant", "bob carol", "leads", "payer", "ES256"),
            (approvers.Issuer, string.Join(' ', approvers.Subjects), Assert.Single(approvers.Groups), Assert.Single(approvers.Roles),
                Assert.Single(approvers.Keys).Algorithm));
        var witness = Assert.Single(settings.Audit.Witnesses);
        Assert.Equal(("independent", "https://witness.example.org/log", "Example Org, internal audit", "eu"),
            (witness.Name, witness.Url.ToString(), witness.Operator, witness.Region));
        Assert.EndsWith(" Example Org, internal audit", Assert.Single(witness.Keys), StringComparison.Ordinal);
        CheckpointPlaceSettings[] places =
        [
            new() { Name = "archive", Folder = "/mnt/archive", Every = TimeSpan.FromHours(2) },
            new() { Name = "elsewhere", Url = new Uri("https://archive.example.net/checkpoints"), Region = "eu", Every = TimeSpan.FromHours(6) },
        ];
        Assert.Equal(places, settings.Audit.Checkpoints);
    }

    [Fact]
    public void Limits_AreReadAsWritten()
    {
        var rules = Samples.Load(Samples.Everything).Settings!.LimitRules;
        Assert.Equal(new LimitRule
        { Id = "each-person", Per = LimitParties.Caller, Requests = new Rate(60, TimeSpan.FromMinutes(1)), Burst = 20, Concurrent = 4 },
                rules[0]);
        var deletions = rules[1];
        Assert.Equal(("deletions", LimitParties.Caller | LimitParties.Tool, 1000L, 50L << 20),
            (deletions.Id, deletions.Per, deletions.Daily, deletions.BytesPerDay));
        Assert.Null(deletions.Requests);
        Assert.True(deletions.Concerns("files", "delete_all"));
        Assert.False(deletions.Concerns("files", "read_all"));
        Assert.False(deletions.Concerns("files", null));
        Assert.False(deletions.Concerns("everything", "delete_all"));
    }

    [Fact]
    public void ABurstThatIsNotNamed_IsTheNumberOfRequests()
    {
        var settings = Samples.Load(Samples.Smallest + "limits: { rules: [{ id: a, per: [caller], requests: 60/min }] }\n").Settings!;
        Assert.Equal(60, settings.LimitRules[0].Burst);
    }

    [Fact]
    public void Administrators_AreReadAsWritten()
    {
        var who = Samples.Load(Samples.Everything).Settings!.Administration.Who!;
        Assert.All([who.Issuers, who.Subjects, who.Clients, who.Scopes, who.Roles, who.Groups], Assert.NotNull);
        Assert.True(who.Subjects!.Contains("root-1"));
        var http = Samples.Load(Samples.Everything).Settings!.Administration.Http!;
        Assert.Equal(("https://admin.example.com", "admin.example.com", new Uri("https://10.0.0.1:8444")), (http.Origin, http.Authority, http.Listen.Url));
        Assert.Equal(("/etc/gatehouse/admin.pem", "/etc/gatehouse/admin.key"), (http.Listen.CertificateFile, http.Listen.KeyFile));
        Assert.Equal(["10.0.0.6"], http.Listen.TlsEndedByProxies);
        var reading = Samples.Load(Samples.Everything).Settings!.Administration.Reading;
        Assert.Equal([true, false, false], new[] { reading.Own, reading.All, reading.Payloads }.Select(one => one!.Subjects!.Contains("a-1")));
        Assert.Equal([false, true, false], new[] { reading.Own, reading.All, reading.Payloads }.Select(one => one!.Roles!.Contains("audit")));
        Assert.Equal([false, false, true], new[] { reading.Own, reading.All, reading.Payloads }.Select(one => one!.Groups!.Contains("two-people")));
        var group = Assert.Single(reading.Groups);
        Assert.True(group.Who.Subjects!.Contains("g-1"));
        Assert.Equal(["sales", "support"], group.Of);
        Assert.Equal("https://login.example.com/tenant", group.Issuer);
    }

    // Rows that are not made from a record hold the defaults as text, the records hold them as values: one must not drift from the other.
    [Fact]
    public void DefaultsOfTheTable_AreDefaultsOfTheRecords()
    {
        var settings = Samples.Load(Samples.Smallest).Settings!;
        Assert.Equivalent(new ApprovalSettings(), settings.Approvals, strict: true);
        Assert.Equivalent(new AuditSettings(), settings.Audit, strict: true);
        Assert.Equal(new ManagementSettings(), settings.Management);
        Assert.Equivalent(new AdministrationSettings(), settings.Administration, strict: true);
        Assert.Equal(new ListenSettings().Url, settings.Listen.Url);
        Assert.Equivalent(new IssuerSettings { Issuer = "https://login.example.com" }, settings.Issuers[0], strict: true);
        var server = new ServerSettings
        { Name = "notes", Path = "/mcp/notes", Http = new HttpUpstreamSettings { Url = new Uri("https://notes.example.com/mcp") } };
        Assert.Equivalent(server, settings.Servers[0], strict: true);
    }

    [Fact]
    public void DefaultsOfAProcess_AreDefaultsOfItsRecord()
    {
        var stdio = Samples.Load(
            Samples.Smallest.Replace("url: https://notes.example.com/mcp", "command: [notes]", StringComparison.Ordinal)).Settings!.Servers[0].Stdio;
        Assert.Equivalent(new StdioUpstreamSettings { Command = ["notes"] }, stdio, strict: true);
    }

    [Fact]
    public void CarriageReturnsAndAByteOrderMark_AreNoFault()
    {
        var text = "\uFEFF" + Samples.Smallest.Replace("\n", "\r\n", StringComparison.Ordinal);
        Assert.Equal("", Samples.Text(Samples.Load(text)));
    }

    [Fact]
    [Trait("Requirement", "T02")]
    public void WithoutListen_TheGatewayListensOnLoopback() => Assert.True(Samples.Load(Samples.Smallest).Settings!.Listen.Url.IsLoopback);

    [Fact]
    public void WithoutPolicy_ThereIsNoRule() => Assert.Equal([], Samples.Load(Samples.Smallest).Settings!.Rules.ToArray<PolicyRule>());
}
