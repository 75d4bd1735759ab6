using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Identity.Revocations;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Ipc;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>Acts of administration are entries on stable storage before they are answered; refused ones say who and why.</summary>
[Trait("Requirement", "ID-08")]
[Trait("NoRetry", "yes")]
public sealed partial class ControlEntryTests
{
    private static readonly PeerAccount Peer = new(7, PeerAccount.OwnUserId());

    [Fact]
    public async Task ARefusedAdministrationToken_IsAnEntryWithWhoAndWhy()
    {
        await using var gateway =
            await TestGateway.StartAsync(
                s => s with { Administration = new AdministrationSettings { Who = new WhoClause { Subjects = new NameSet(["carol"]) } } });
        var audience = gateway.Host.Snapshots.Current.Settings.AdministrationResource;
        var acts = GatewayAdministration.ControlOf(gateway.Host);
        foreach (var token in new[] { null, "junk", gateway.Token("carol"), gateway.Token("mallory", audience), gateway.Token("carol", audience) })
            await acts.HandleAsync(
                new RevokeTokens(RevocationKind.Subject, gateway.Host.Development!.TrustedIssuer.Profile.Issuer, "bob"), Peer, token);
        var entries = gateway.Entries().Where(e => e.TryGetProperty("act", out var act) && act.GetString() == "control.revoke").ToList();
        Assert.Equal(["no-token", "token: Malformed", "token: AudienceMismatch", "not-an-administrator", null],
            entries.Select(e => e.TryGetProperty("why", out var why) ? why.GetString() : null));
        Assert.Equal([null, null, null, "mallory", "carol"], entries.Select(e => e.TryGetProperty("by", out var by) ? by.GetString() : null));
        Assert.Equal(["refused", "refused", "refused", "refused", "done"], entries.Select(e => e.GetProperty("outcome").GetString()));
        Assert.All(entries, e =>
            Assert.Equal(PeerAccount.OwnUserId().ToString(System.Globalization.CultureInfo.InvariantCulture), e.GetProperty("account").GetString()));
        Assert.All(entries.Skip(3), e => Assert.Equal(gateway.Host.Development!.TrustedIssuer.Profile.Issuer, e.GetProperty("byIssuer").GetString()));
    }

    // An auditor has to see what was revoked. A person is sealed; the hash of a token is not.
    [Theory]
    [InlineData("token", null, "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("jti", "dev", "token-canary-7")]
    [InlineData("session", "dev", "login-canary-7")]
    [InlineData("subject", "dev", "person-canary-7")]
    [InlineData("client", "dev", "client-canary-7")]
    [InlineData("issuer", "dev", null)]
    public async Task EntryOfARevocation_SaysWhatWasRevoked_AndNamesNobodyInClear(string kind, string? issuer, string? value)
    {
        await using var gateway = await TestGateway.StartAsync();
        if (issuer is not null) issuer = gateway.Host.Development!.TrustedIssuer.Profile.Issuer;
        Assert.True(RevocationWords.TryParse(kind, out var found));
        var request = new RevokeTokens(found, issuer ?? "", value ?? "", "r");
        Assert.True((await GatewayAdministration.ControlOf(gateway.Host).HandleAsync(request, Peer, gateway.AdminToken())).Ok);
        var entry = gateway.Entries().Single(e => e.TryGetProperty("act", out var act) && act.GetString() == "control.revoke");
        string? Fact(string name) => entry.TryGetProperty(name, out var fact) ? fact.GetString() : null;
        Assert.Equal(kind, Fact("fact.kind"));
        Assert.Equal(issuer, Fact("aboutIssuer"));
        Assert.Equal(kind == "token" ? $"token {value}" : kind == "issuer" ? $"issuer {issuer}" : $"{kind} {value} of {issuer}", Fact("action"));
        Assert.Equal(kind == "subject" ? value : null, Fact("about"));
        Assert.Equal(kind == "token" ? value : null, Fact("digest"));
        await gateway.Host.Core.Services.Audit.PublishAsync();
        if (kind is not ("token" or "issuer")) Assert.Empty(PersonalFactsTests.Hits(gateway.Host.State.Audit, value!));
    }

    // Without administrators no token can pass: to ask for one would lead nowhere.
    [Theory]
    [InlineData(false, "no-administrator", "name the administrators in administration.who")]
    [InlineData(true, "no-token", "give an access token for the administration audience with --token-file")]
    public async Task ARefusalWithoutAToken_SaysWhetherOneCouldPass(bool named, string why, string remedy)
    {
        await using var gateway = await TestGateway.StartAsync(s => s with
        {
            Development = false,
            AuthorizationServer = new AuthorizationServerSettings
            {
                Providers = [new SignInProviderSettings { Name = "corp", Issuer = "https://login.example", ClientId = "gatehouse" }],
            },
            Administration = new AdministrationSettings { Who = named ? new WhoClause { Subjects = new NameSet(["carol"]) } : null },
        });
        var reply = await GatewayAdministration.ControlOf(gateway.Host).HandleAsync(new RevokeSubject("bob"), Peer);
        Assert.Equal((false, remedy), (reply.Ok, reply.Remedy));
        var entry = gateway.Entries().Single(e => e.TryGetProperty("act", out var act) && act.GetString() == "control.session.revoke");
        Assert.Equal(why, entry.GetProperty("why").GetString());
    }

    [Theory]
    [InlineData("revoke")]
    [InlineData("reload")]
    [InlineData("token")]
    public async Task TheEntryOfAnAct_IsDurableBeforeItIsAnswered(string verb)
    {
        var log = new BrokenLog();
        await using var gateway =
            await TestGateway.StartAsync(audit: log, reload: () => new ConfigurationResult { Settings = null, Faults = [], SourcePath = "x" });
        log.Hold = new TaskCompletionSource();
        var answer = GatewayAdministration.ControlOf(gateway.Host).HandleAsync(ActOf(gateway, verb), Peer, verb == "revoke" ? gateway.AdminToken() : null);
        await Eventually.TrueAsync(() => log.Durable.Any(e => e.Facts.Any(f => f.Value == "control." + verb)), "the act is in the log");
        Assert.False(answer.IsCompleted);
        log.Hold.SetResult();
        await answer.WaitAsync(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task WithoutALog_RightsAreTakenAway_AndNoneAreGiven()
    {
        var log = new BrokenLog();
        await using var gateway = await TestGateway.StartAsync(audit: log, reload: () => throw new InvalidOperationException("must not be read"));
        log.Broken = true;
        var acts = GatewayAdministration.ControlOf(gateway.Host);
        foreach (var verb in new[] { "reload", "token", "lock.approve" })
        {
            var refused = await acts.HandleAsync(ActOf(gateway, verb), Peer, verb == "revoke" ? gateway.AdminToken() : null);
            Assert.False(refused.Ok);
            Assert.Contains("cannot write the audit log", refused.Message, StringComparison.Ordinal);
        }

        var revoked = await acts.HandleAsync(ActOf(gateway, "revoke"), Peer, gateway.AdminToken());
        Assert.True(revoked.Ok);
        Assert.Contains("could not write its entry", revoked.Message, StringComparison.Ordinal);
        log.Broken = false;
    }

    [Fact]
    public async Task AReload_IsInTheLogBeforeItIsInForce_OrNotInForce()
    {
        var log = new BrokenLog();
        ConfigurationResult? next = null;
        await using var gateway = await TestGateway.StartAsync(audit: log, reload: () => next!);
        next = new ConfigurationResult { Settings = gateway.Host.Snapshots.Current.Settings, Faults = [], SourcePath = "x" };
        log.Hold = new TaskCompletionSource();
        var reload = gateway.Host.ReloadAsync();
        await Eventually.TrueAsync(() => log.Durable.Any(e => e.Facts.Any(f => f.Value == "reload")), "the reload is in the log");
        Assert.Equal(1, gateway.Host.Snapshots.Current.Generation);
        log.Hold.SetResult();
        Assert.Empty(await reload);
        Assert.Equal(2, gateway.Host.Snapshots.Current.Generation);
        log.Broken = true;
        Assert.NotEmpty(await gateway.Host.ReloadAsync());
        Assert.Equal(2, gateway.Host.Snapshots.Current.Generation);
        log.Broken = false;
    }

    [Fact]
    public async Task AControlPeerOfAnotherAccount_IsRefused_AndAnEntry_AndAFloodOfThemOne()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && PeerAccount.OwnUserId() == 0
            && RuntimeInformation.ProcessArchitecture == Architecture.X64, "needs root on Linux x64, to be another account for a moment");
        var folder = Directory.CreateTempSubdirectory("gatehouse-control-");
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
        var socket = Path.Combine(folder.FullName, "control.sock");
        await using var gateway = await TestGateway.StartAsync();
        var acts = GatewayAdministration.ControlOf(gateway.Host);
        await using (var control = new ControlServer(socket, acts))
        {
            File.SetUnixFileMode(socket, (UnixFileMode)0b110_110_110); // somebody widened it
            for (var i = 0; i < 400; i++) Assert.Contains("may not control the gateway", AskAs(65534, socket, ""), StringComparison.Ordinal);
            Assert.Contains("\"ok\":true", AskAs(0, socket, "{\"v\":1,\"act\":\"status\",\"body\":{}}\n"), StringComparison.Ordinal);
        }

        await Eventually.TrueAsync(() => Refused(gateway).Any(), "the refusal is in the log");
        Assert.All(Refused(gateway),
            e => Assert.Equal(("65534", "another-account"), (e.GetProperty("account").GetString(), e.GetProperty("why").GetString())));
        Assert.InRange(gateway.Host.AuditStatistics.Joined, 50, 100);
        folder.Delete(recursive: true);
    }

    private static IEnumerable<JsonElement> Refused(TestGateway gateway) =>
        gateway.Entries().Where(e => e.TryGetProperty("act", out var act) && act.GetString() == "control.refused");

    private static AdministrativeAction ActOf(TestGateway gateway, string name) => name switch
    {
        "revoke" => new RevokeTokens(RevocationKind.Subject, gateway.Host.Development!.TrustedIssuer.Profile.Issuer, "bob"),
        "lock.approve" => new ApproveDefinition("up", DefinitionKind.Tool, "add", "d", "r"),
        "token" => new IssueDevelopmentToken(),
        _ => new Reload(),
    };

    // The kernel takes the account of a socket's peer from the thread that connects; a thread of its own is another account for that long.
    private static string AskAs(int account, string socket, string line)
    {
        var answer = "";
        Exception? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                Ask();
            }
            catch (Exception e)
            {
                fault = e; // else it would end the process
            }
        });
        thread.Start();
        thread.Join();
        return fault is null ? answer : throw new InvalidOperationException("the socket was not asked", fault);

        void Ask()
        {
            var isOther = account != 0;
            if (isOther && SetResUid(117, -1, account, -1) != 0) throw new InvalidOperationException("setresuid");
            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            client.Connect(new UnixDomainSocketEndPoint(socket));
            if (isOther && SetResUid(117, -1, 0, -1) != 0) throw new InvalidOperationException("setresuid");
            if (line.Length > 0) client.Send(System.Text.Encoding.UTF8.GetBytes(line));
            using var stream = new NetworkStream(client);
            using var reader = new StreamReader(stream);
            answer = reader.ReadToEnd();
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SetResUid(long number, int real, int effective, int saved);
}
