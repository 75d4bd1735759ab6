using System.Text;
using Gatehouse.Configuration.Texts;
using Gatehouse.Gateway.Configurations;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>A rollback puts back what the log names, and nothing else.</summary>
[Trait("Requirement", "CO-02")]
[Trait("NoRetry", "yes")]
public sealed class ConfigurationRollbackTests
{
    [Fact]
    public async Task ARollback_WritesTheFilesBack_PutsThemInForce_AndIsAnEntry()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var (first, text) = (gateway.InForce, await File.ReadAllTextAsync(gateway.Policy));
        gateway.WritePolicy("mallory");
        var weak = await gateway.ReloadAsync();
        var mode = OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(gateway.Policy);

        var outcome = await gateway.RollBackAsync(first[..8]);
        Assert.Null(outcome.Refusal);
        Assert.Equal((first, 3, null), (outcome.Result!.Digest, outcome.Result.Generation, outcome.Result.Replaced));
        Assert.Equal([gateway.Policy], outcome.Result.Files);
        Assert.Equal((text, first), (await File.ReadAllTextAsync(gateway.Policy), gateway.InForce));
        Assert.True(gateway.Host.Snapshots.Current.Settings.Rules[0].Who!.Subjects!.Contains("alice"));
        if (!OperatingSystem.IsWindows()) Assert.Equal(mode, File.GetUnixFileMode(gateway.Policy));
        Assert.Equal(["gatehouse.yaml", "team.yaml"], Directory.GetFiles(gateway.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        var entry = (await gateway.EntriesAsync(EntryActs.Applied))[^1];
        Assert.Equal((first, weak, first, "rollback", "3", "carol"), (FiledGateway.Fact(entry, "digest"), FiledGateway.Fact(entry, "previous"),
            FiledGateway.Fact(entry, "target"), FiledGateway.Fact(entry, "cause"), FiledGateway.Fact(entry, "generation"), FiledGateway.Fact(entry, "by")));
        var act = Assert.Single(await gateway.EntriesAsync("control.config.rollback"));
        Assert.Equal(("done", "ticket 4711", "carol"),
            (FiledGateway.Fact(act, "outcome"), FiledGateway.Fact(act, "statedReason"), FiledGateway.Fact(act, "by")));
        Assert.Equal("rollback", (await gateway.HistoryAsync())[0].Cause);
    }

    // After a restart the next one reads what the rollback wrote.
    [Fact]
    public async Task AfterARestart_TheRolledBackFilesAreInForce()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        gateway.WritePolicy("mallory");
        await gateway.ReloadAsync();
        Assert.Null((await gateway.RollBackAsync(first)).Refusal);
        await gateway.RestartAsync();
        Assert.Equal(first, gateway.InForce);
    }

    [Fact]
    public async Task AConfigurationThatTheLogDoesNotName_IsRefused_EvenWhereItsTextsAreStored()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var weak = Encoding.UTF8.GetBytes((await File.ReadAllTextAsync(gateway.Policy)).Replace("alice", "mallory", StringComparison.Ordinal));
        var files = gateway.Recorder.InForce!.Files.Select(file => file.Path == gateway.Policy ? new SnapshotFile(file.Part, file.Path, weak) : file);
        var forged = new ConfigurationTexts(files);
        gateway.Recorder.Store.Keep(forged); // sealed with the key ring, as a program of the gateway's account could
        Assert.True(gateway.Recorder.Store.Has(forged.Digest));
        Assert.Equal("unknown-configuration", (await gateway.RollBackAsync(forged.Digest, force: true)).Refusal!.Why);
        Assert.Contains("alice", await File.ReadAllTextAsync(gateway.Policy), StringComparison.Ordinal);
    }

    // A configuration that was refused was never in force, and the texts under its digest are nobody's choice.
    [Fact]
    public async Task AConfigurationThatWasRefused_IsNoTarget()
    {
        await using var gateway = await FiledGateway.StartAsync();
        await File.AppendAllTextAsync(gateway.Main, "unknown: 1\n");
        Assert.NotEmpty(await gateway.Host.ReloadAsync());
        var refused = FiledGateway.Fact(Assert.Single(await gateway.EntriesAsync(EntryActs.Refused)), "digest")!;
        Assert.Equal("unknown-configuration", (await gateway.RollBackAsync(refused, force: true)).Refusal!.Why);
    }

    [Theory]
    [InlineData("exchanged-text")]
    [InlineData("exchanged-manifest")]
    [InlineData("flipped")]
    [InlineData("cut")]
    [InlineData("gone")]
    public async Task TextsThatDoNotHaveTheirDigest_AreRefused_AndNamed(string attack)
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.Recorder.InForce!;
        gateway.WritePolicy("mallory");
        var weak = await gateway.ReloadAsync();
        var text = Path.Combine(gateway.Texts, first.Find(gateway.Policy)!.Digest + ".text");
        var manifest = Path.Combine(gateway.Texts, first.Digest + ".manifest");
        var attacked = attack == "exchanged-manifest" ? manifest : text;
        switch (attack)
        {
            case "exchanged-text":
                File.Copy(Path.Combine(gateway.Texts, gateway.Recorder.InForce!.Find(gateway.Policy)!.Digest + ".text"), text, overwrite: true);
                break;
            case "exchanged-manifest":
                File.Copy(Path.Combine(gateway.Texts, weak + ".manifest"), manifest, overwrite: true);
                break;
            case "flipped":
                var bytes = await File.ReadAllBytesAsync(text);
                bytes[^1] ^= 1;
                await File.WriteAllBytesAsync(text, bytes);
                break;
            case "cut":
                await File.WriteAllBytesAsync(text, (await File.ReadAllBytesAsync(text))[..^1]);
                break;
            default:
                File.Delete(text);
                break;
        }

        var refusal = (await gateway.RollBackAsync(first.Digest)).Refusal!;
        Assert.Equal("texts-exchanged", refusal.Why);
        Assert.Contains(attacked, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(weak, gateway.InForce);
        Assert.Contains("mallory", await File.ReadAllTextAsync(gateway.Policy), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatWasChangedSince_IsNotLost()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        gateway.WritePolicy("work-in-progress");

        var refusal = (await gateway.RollBackAsync(first)).Refusal!;
        Assert.Equal("changed-files", refusal.Why);
        Assert.Contains(gateway.Policy, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("work-in-progress", await File.ReadAllTextAsync(gateway.Policy), StringComparison.Ordinal);

        var done = (await gateway.RollBackAsync(first, force: true)).Result!;
        Assert.Contains("alice", await File.ReadAllTextAsync(gateway.Policy), StringComparison.Ordinal);
        var kept = gateway.Recorder.Store.Read(done.Replaced!)!;
        Assert.Contains("work-in-progress", Encoding.UTF8.GetString(kept.Find(gateway.Policy)!.Content.Span), StringComparison.Ordinal);
        Assert.Equal(done.Replaced, FiledGateway.Fact((await gateway.EntriesAsync(EntryActs.Applied))[^1], "replaced"));
        // It was never in force, so no rollback takes it. A command writes it out.
        Assert.Equal([done.Replaced!], await gateway.FindAsync(done.Replaced![..12], withReplaced: true));
        Assert.Empty(await gateway.FindAsync(done.Replaced![..12], withReplaced: false));
    }

    [Fact]
    public async Task AReload_RefusesAMixtureOfFiles_AsAStartDoes()
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.Recorder.Store.Replacement.Begin(new string('1', 64), new string('2', 64));
        gateway.WritePolicy("bob");
        var fault = Assert.Single(await gateway.Host.ReloadAsync());
        Assert.Contains("a rollback was interrupted", fault, StringComparison.Ordinal);
        gateway.Recorder.Store.Replacement.End();
        Assert.Empty(await gateway.Host.ReloadAsync());
    }

    [Fact]
    public async Task AConfigurationThatNoLongerLoads_IsRefusedWithItsReasons_AndRecorded()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        var second = await gateway.ReloadAsync();
        gateway.Flags = new Dictionary<string, string> { ["--listen"] = "not-a-url" };
        var refusal = (await gateway.RollBackAsync(first)).Refusal!;
        Assert.Equal("faults", refusal.Why);
        Assert.Contains(refusal.Faults!, fault => fault.Contains("listen.url", StringComparison.Ordinal));
        Assert.Equal("rollback", FiledGateway.Fact(Assert.Single(await gateway.EntriesAsync(EntryActs.Refused)), "cause"));
        Assert.Equal(second, gateway.InForce);
        Assert.Contains("bob", await File.ReadAllTextAsync(gateway.Policy), StringComparison.Ordinal);
    }

    // The loader accepts it, and only a restart could put it in force: no file may be written for it.
    [Fact]
    public async Task AConfigurationThatNeedsARestart_IsRefused_AndNoFileIsWritten()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        var text = (await File.ReadAllTextAsync(gateway.Main)) + "audit: { segmentBytes: 2MiB }\n";
        await gateway.RestartAsync(() => File.WriteAllText(gateway.Main, text));
        var refusal = (await gateway.RollBackAsync(first)).Refusal!;
        // "Put the old value back" is the remedy of a reload: here it is what the rollback was to do.
        Assert.Contains(refusal.Faults!, fault => fault.EndsWith("cannot change while the gateway runs", StringComparison.Ordinal));
        Assert.Contains("--into FOLDER', put them in place, and restart the gateway", refusal.Remedy, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(gateway.Main));
        Assert.Equal(["gatehouse.yaml", "team.yaml"], Directory.GetFiles(gateway.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task FilesUnderVersionControl_AreNotWrittenWithoutForce()
    {
        await using var gateway = await FiledGateway.StartAsync();
        Directory.CreateDirectory(Path.Combine(gateway.Folder, ".git"));
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        var refusal = (await gateway.RollBackAsync(first)).Refusal!;
        Assert.Equal("version-control", refusal.Why);
        Assert.Contains(gateway.Folder, refusal.Message, StringComparison.Ordinal);
        Assert.Null((await gateway.RollBackAsync(first, force: true)).Refusal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AFileThatIsReadOnlyOrALink_IsNotReplaced_AndTheRemedyIsNamed(bool isLink)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes and links of POSIX");
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        var second = await gateway.ReloadAsync();
        if (isLink)
        {
            File.Move(gateway.Policy, gateway.Policy + ".target");
            File.CreateSymbolicLink(gateway.Policy, gateway.Policy + ".target");
        }
        else if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(gateway.Policy, UnixFileMode.UserRead);
        }

        var refusal = (await gateway.RollBackAsync(first)).Refusal!;
        Assert.Equal("not-writable", refusal.Why);
        Assert.Contains("--into", refusal.Remedy, StringComparison.Ordinal);
        Assert.Equal(second, gateway.InForce);
        Assert.Contains("bob", await File.ReadAllTextAsync(gateway.Policy), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(gateway.Folder, "*.new"));
    }

    // The process is killed between the two renames: nobody wrote the mixture, and nobody may start with it.
    [Fact]
    public async Task AMixtureThatACrashLeft_DoesNotStart_AndWholeFilesDo()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.Recorder.InForce!;
        var main = await File.ReadAllTextAsync(gateway.Main);
        gateway.WritePolicy("bob");
        await File.AppendAllTextAsync(gateway.Main, "# second\n");
        await gateway.ReloadAsync();
        var second = gateway.Recorder.InForce!;
        gateway.Recorder.Store.Replacement.Begin(second.FilesDigest, first.FilesDigest);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => gateway.RestartAsync(() => File.WriteAllText(gateway.Main, main)));
        Assert.Contains("replacement", fault.Message, StringComparison.Ordinal);
        gateway.WritePolicy("alice");
        await gateway.RestartAsync();
        Assert.Equal(first.Digest, gateway.InForce);
        Assert.False(File.Exists(Path.Combine(gateway.Texts, "replacement")));
    }

    [Fact]
    public async Task SeveralFiles_AreReplacedTogether()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        await File.AppendAllTextAsync(gateway.Main, "# second\n");
        await gateway.ReloadAsync();
        var done = (await gateway.RollBackAsync(first)).Result!;
        Assert.Equal([gateway.Main, gateway.Policy], done.Files.Order(StringComparer.Ordinal));
        Assert.Equal(first, gateway.InForce);
        Assert.False(File.Exists(Path.Combine(gateway.Texts, "replacement")));
    }

    [Fact]
    public async Task ABeginningThatSeveralHave_IsRefused()
    {
        await using var gateway = await FiledGateway.StartAsync();
        Assert.Equal("no-digest", (await gateway.RollBackAsync("0123456")).Refusal!.Why);
        Assert.Equal("no-digest", (await gateway.RollBackAsync("../../etc/passwd")).Refusal!.Why);
        var act = (await gateway.EntriesAsync("control.config.rollback"))[^1];
        Assert.Null(FiledGateway.Fact(act, "target"));
    }
}
