using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Audit.Search;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Tests.Local;
using Gatehouse.Ipc;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>Each configuration that is put in force, or refused, is an entry of the audit log with its digest, who and from where (CO-02).</summary>
[Trait("Requirement", "CO-02")]
[Trait("NoRetry", "yes")]
public sealed class ConfigurationEntryTests
{
    // The newest entry of the digest in force may be one that was undone: that change never was.
    [Fact]
    public async Task TheMarkOfTheOneInForce_IsNotAtAnEntryThatWasUndone()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        Assert.True(await gateway.Recorder.RecordAppliedAsync(gateway.Recorder.InForce!, 2, ConfigurationOrigin.Reload, []));
        Assert.True(await gateway.Recorder.RecordRefusedAsync(gateway.Recorder.InForce!, 1, 1, ConfigurationOrigin.Reload, isUndone: true));
        var marked = (await gateway.HistoryAsync()).Single(view => view.IsInForce == true);
        Assert.Equal((1, first), (marked.Generation, marked.Digest));
        await gateway.ReloadAsync();
        Assert.Equal(2, (await gateway.HistoryAsync()).Single(view => view.IsInForce == true).Generation);
        // An earlier build named no change: it means the newest entry of the digest before it.
        var journal = gateway.Host.Core.Services.Journal;
        Assert.True(await journal.NoteDurableAsync(EntryActs.Applied, ("digest", first), ("generation", "3")));
        Assert.True(await journal.NoteDurableAsync(EntryActs.Refused, ("digest", first), ("generation", "2"), ("undone", "yes")));
        Assert.Equal(2, (await gateway.HistoryAsync()).Single(view => view.IsInForce == true).Generation);
    }

    [Fact]
    public async Task TheStart_IsAnEntry_WithADigestThatAnAuditorCanCompute()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var entry = Assert.Single(await gateway.EntriesAsync(EntryActs.Applied));
        var manifest = $"gatehouse-configuration 1\nmain {Sha256(gateway.Main)} \"{gateway.Main}\"\npolicy {Sha256(gateway.Policy)} \"{gateway.Policy}\"\n"
            + $"outside {Hex(Encoding.UTF8.GetBytes("--dev\n"))} \"\"\n";
        Assert.Equal(Hex(Encoding.UTF8.GetBytes(manifest)), FiledGateway.Fact(entry, "digest"));
        Assert.Equal(("start", "1", "3", "yes", "process"), (FiledGateway.Fact(entry, "cause"), FiledGateway.Fact(entry, "generation"),
            FiledGateway.Fact(entry, "files"), FiledGateway.Fact(entry, "kept"), FiledGateway.Fact(entry, "source")));
        Assert.Equal((Account, gateway.Main, Account), (FiledGateway.Fact(entry, "account"), FiledGateway.Fact(entry, "path"),
            FiledGateway.Fact(entry, "owner")));
        Assert.Null(FiledGateway.Fact(entry, "previous"));
    }

    [Fact]
    public async Task AReload_IsAnEntry_WithTheAccountAndTheConfigurationBefore()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        gateway.WritePolicy("mallory");
        var outcome = await gateway.Administration.DoAsync(new Reload(), new AdministratorCredentials(FiledGateway.Own));
        Assert.Null(outcome.Refusal);
        var entry = (await gateway.EntriesAsync(EntryActs.Applied))[^1];
        Assert.NotEqual(first, gateway.InForce);
        Assert.Equal((gateway.InForce, first, "reload", "2", "control-socket", Account), (FiledGateway.Fact(entry, "digest"),
            FiledGateway.Fact(entry, "previous"), FiledGateway.Fact(entry, "cause"), FiledGateway.Fact(entry, "generation"),
            FiledGateway.Fact(entry, "source"), FiledGateway.Fact(entry, "account")));
        Assert.Single(await gateway.EntriesAsync("reload"));
    }

    // The threat: who withdraws a right in a file that the gateway does not read would believe that it is gone.
    [Fact]
    public async Task AReloadOfAnotherFile_IsRefused_AndOfTheGatewaysOwnUnderAnotherPathIsNot()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var other = Path.Combine(gateway.Folder, "other.yaml");
        File.Copy(gateway.Main, other);
        gateway.WritePolicy("mallory");
        var refused = await gateway.Administration.DoAsync(new Reload(other), new AdministratorCredentials(FiledGateway.Own));
        Assert.Equal($"the gateway reads {gateway.Main}, not {other}; nothing was reloaded", refused.Refusal?.Message);
        var link = Path.Combine(gateway.Folder, "link.yaml");
        File.CreateSymbolicLink(link, gateway.Main);
        var reloaded = await gateway.Administration.DoAsync(new Reload(link), new AdministratorCredentials(FiledGateway.Own));
        Assert.Equal((2L, gateway.Main), (reloaded.Result!.Generation, reloaded.Result.File));
    }

    // A person who reloads sees what 'config check' and the start say about the same configuration.
    [Fact]
    public async Task AReload_ReturnsTheWarningsOfTheConfiguration()
    {
        await using var gateway = await FiledGateway.StartAsync();
        await File.WriteAllTextAsync(gateway.Policy, "version: 1\nrules: []\n", TestContext.Current.CancellationToken);
        var handler = new ControlHandler(gateway.Administration);
        foreach (var _ in new[] { 1, 2 })
        {
            var reply = await handler.HandleAsync(new Reload(), FiledGateway.Own);
            Assert.Contains("warning: policy: the policy has no rule", Assert.Single(reply.Remarks!), StringComparison.Ordinal);
        }

        gateway.WritePolicy("alice");
        Assert.Null((await handler.HandleAsync(new Reload(), FiledGateway.Own)).Remarks);
    }

    [Fact]
    public async Task ARefusedReload_IsAnEntry_WithItsDigest_AndItsTextIsNotKept()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        await File.AppendAllTextAsync(gateway.Main, "password: hunter2-in-clear\n");
        var outcome = await gateway.Administration.DoAsync(new Reload(), new AdministratorCredentials(FiledGateway.Own));
        Assert.NotNull(outcome.Refusal);
        var entry = Assert.Single(await gateway.EntriesAsync(EntryActs.Refused));
        var refused = ConfigurationLoader.Load(gateway.Request()).Texts!.Digest;
        Assert.Equal((refused, first, "reload", "1", Account), (FiledGateway.Fact(entry, "digest"), FiledGateway.Fact(entry, "previous"),
            FiledGateway.Fact(entry, "cause"), FiledGateway.Fact(entry, "generation"), FiledGateway.Fact(entry, "account")));
        Assert.NotEqual("0", FiledGateway.Fact(entry, "faults"));
        Assert.Equal(first, gateway.InForce);
        Assert.False(gateway.Recorder.Store.Has(refused));
    }

    // The entry comes first, so that no configuration is in force that the log does not name.
    [Fact]
    public async Task WithoutItsEntry_NoConfigurationIsInForce()
    {
        var log = new BrokenLog();
        await using var gateway = await FiledGateway.StartAsync(log);
        var first = gateway.InForce;
        Assert.Contains(log.Durable, entry => entry.Facts.Any(fact => fact.Value == EntryActs.Applied));
        gateway.WritePolicy("mallory");
        log.Broken = true;
        Assert.Equal([ActionRefusal.NotRecorded], await gateway.Host.ReloadAsync());
        Assert.Equal((first, 1), (gateway.InForce, gateway.Host.Snapshots.Current.Generation));
        log.Broken = false;
        Assert.NotEqual(first, await gateway.ReloadAsync());
    }

    [Fact]
    public async Task AStartWhileTheLogIsBroken_IsRecordedWhenItCanBe()
    {
        var log = new BrokenLog { Broken = true };
        await using var gateway = await FiledGateway.StartAsync(log);
        await gateway.Recorder.RetryAsync();
        Assert.Empty(log.Durable);
        log.Broken = false;
        await gateway.Recorder.RetryAsync();
        await gateway.Recorder.RetryAsync();
        Assert.Equal([EntryActs.Applied], log.Durable.Select(entry => entry.Facts[0].Value).Where(act => act == EntryActs.Applied));
    }

    [Fact]
    public async Task FlagsAndVariables_AreAPartOfTheDigest()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var plain = ConfigurationLoader.Load(gateway.Request()).Texts!;
        var flagged = ConfigurationLoader.Load(gateway.Request() with
        {
            Flags = new Dictionary<string, string> { ["--state"] = "/elsewhere" },
            Environment = static name => name == "GATEHOUSE_OTLP" ? "http://127.0.0.1:4317" : null,
        }).Texts!;
        Assert.Equal(plain.FilesDigest, flagged.FilesDigest);
        Assert.NotEqual(plain.Digest, flagged.Digest);
        Assert.Equal("--dev\n--state=/elsewhere\nGATEHOUSE_OTLP=http://127.0.0.1:4317\n", Encoding.UTF8.GetString(flagged.Files[^1].Content.Span));
    }

    // The host of a person's machine looks at its file by itself.
    [Fact]
    public async Task AFileThatAPersonalHostFindsChanged_IsAnEntryOfItsOwnAccount()
    {
        await using var fixture = await LocalHostFixture.StartAsync("version: 1\nhost: { idle: 10m }\n");
        LocalHostFixture.Write(fixture.Places, "version: 1\nhost: { idle: 11m }\n# longer\n");
        var (connection, _) = await FakeWrapper.HelloAsync(fixture.Places, new ClientHello { Name = "tool-server", Command = LocalHostFixture.Command });
        await connection.DisposeAsync();
        await fixture.Host.DisposeAsync();
        var causes = OpenedLog.Read(fixture.Host.Core.State.Audit, TimeProvider.System)
            .Where(entry => FiledGateway.Fact(entry, "act") == EntryActs.Applied)
            .Select(entry => (FiledGateway.Fact(entry, "cause"), FiledGateway.Fact(entry, "account"), FiledGateway.Fact(entry, "path")));
        Assert.Equal([("start", Account, fixture.Places.Configuration), ("file", Account, fixture.Places.Configuration)], causes);
    }

    // The number of a call's entry is unique between two starts, so the log shows which configuration decided about it.
    [Fact]
    public async Task TheOrderOfTheLog_SaysWhichConfigurationACallWasDecidedBy()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        var second = await gateway.ReloadAsync();
        await gateway.RestartAsync();
        var story = await gateway.EntriesAsync(EntryActs.Applied);
        Assert.Equal([(first, "1", "start"), (second, "2", "reload"), (second, "1", "start")], story.Select(entry =>
            (FiledGateway.Fact(entry, "digest")!, FiledGateway.Fact(entry, "generation")!, FiledGateway.Fact(entry, "cause")!)));
        Assert.Equal(second, FiledGateway.Fact(story[^1], "previous"));
    }

    [Fact]
    public async Task TheHistory_HasEachChange_WithItsPlaceInTheLog()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        var second = await gateway.ReloadAsync();
        File.Delete(gateway.Policy);
        Assert.NotEmpty(await gateway.Host.ReloadAsync());
        var history = await gateway.HistoryAsync();
        Assert.Equal([("refused", "reload", false, false), ("applied", "reload", true, true), ("applied", "start", false, true)],
            history.Select(one => (one.Outcome, one.Cause, one.IsInForce == true, one.IsKept)));
        Assert.Equal([second, first], history.Skip(1).Select(one => one.Digest));
        // The account may list changes. What the entries say about persons needs the right to read the log.
        Assert.All(history, static one => Assert.Empty(
            JsonSerializer.SerializeToElement(one).EnumerateObject().Select(static member => member.Name).Intersect(["account", "byIssuer", "by", "path", "owner"])));
        var entries = new LogSource(gateway.Host.State.Audit).ReadFrom(null)
            .Select(entry => (entry.Position, Text: Encoding.UTF8.GetString(entry.Json.Span))).ToList();
        foreach (var one in history)
        {
            var entry = Assert.Single(entries, entry => entry.Position == new EntryPosition(one.Log!, one.Index!.Value));
            Assert.Contains($"\"id\":\"{one.Id}\"", entry.Text, StringComparison.Ordinal);
        }

        Assert.Single(await gateway.HistoryAsync(1));
        Assert.Equal(ActionRefusal.NoLimit,
            (await gateway.Administration.DoAsync(new ListConfigurations(1001), new AdministratorCredentials(FiledGateway.Own))).Refusal);
    }

    private static string Account => PeerAccount.OwnUserId().ToString(CultureInfo.InvariantCulture);

    private static string Sha256(string path) => Hex(File.ReadAllBytes(path));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
