using System.Text;
using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Audit.Search;
using Gatehouse.Configuration.Texts;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Hosting;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>
/// An erasure reaches the person wherever kept configurations have the name, and destroys nothing in doubt for a name that the log does not know
/// (DP-03).
/// </summary>
[Trait("Requirement", "DP-03")]
[Trait("NoRetry", "yes")]
public sealed class ErasedPersonTests
{
    // The path of a file is part of the manifest that is kept.
    [Fact]
    public async Task APersonInThePathOfAFile_IsNotInKeptConfigurations()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var store = gateway.Recorder.Store;
        store.Keep(new ConfigurationTexts([new SnapshotFile(SnapshotPart.Main, "/home/mallory/gatehouse.yaml", Encoding.UTF8.GetBytes("version: 1\n"))]));
        store.Keep(new ConfigurationTexts([new SnapshotFile(SnapshotPart.Main, "/home/mallor/gatehouse.yaml", Encoding.UTF8.GetBytes("version: 1\n"))]));
        Assert.Equal(new ForgottenTexts(1, false), await ForgetAsync(gateway, "mallory"));
        var paths = store.Kept().SelectMany(digest => store.Read(digest)!.Files).Select(file => file.Path).ToList();
        Assert.DoesNotContain(paths, path => path.Contains("/mallory/", StringComparison.Ordinal));
        Assert.Contains("/home/mallor/gatehouse.yaml", paths);
        Assert.Equal("named", FiledGateway.Fact(Assert.Single(await gateway.EntriesAsync(EntryActs.Forgotten)), "why"));
    }

    // The record about a change names the administrator, the account and the path.
    [Fact]
    public async Task APersonInALeftRecordAboutAChange_IsNotInTheFolder()
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.Recorder.Store.Change.Begin(new PendingChange([("digest", ""), ("byIssuer", "https://login.example.com"), ("by", "mallory")]));
        Assert.Null((await ForgetAsync(gateway, "mallory")).Fault);
        Assert.Null(gateway.Recorder.Store.Change.Read());
    }

    [Fact]
    public async Task ARecordThatCannotBeRemoved_IsReported()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var record = Path.Combine(gateway.Texts, "pending");
        Directory.CreateDirectory(Path.Combine(record, "in the way"));
        Assert.Contains("pending", (await ForgetAsync(gateway, "mallory")).Fault?.Message, StringComparison.Ordinal);
        Directory.Delete(record, recursive: true);
        Assert.Null((await ForgetAsync(gateway, "mallory")).Fault);
    }

    // A file that cannot be read (a bad sector, other rights) says nothing about the other configurations, and may name the person.
    [Theory]
    [InlineData(".text")]
    [InlineData(".manifest")]
    public async Task AFileThatCannotBeRead_KeepsNoOtherConfigurationFromItsErasure(string kind)
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.WritePolicy("bob");
        var bob = await gateway.ReloadAsync();
        var policy = gateway.Recorder.InForce!.Find(gateway.Policy)!.Digest;
        gateway.WritePolicy("alice");
        await File.AppendAllTextAsync(gateway.Main, "# another\n", TestContext.Current.CancellationToken);
        var alice = await gateway.ReloadAsync();
        var named = gateway.Recorder.InForce!.Find(gateway.Policy)!.Digest;
        gateway.WritePolicy("dora");
        await gateway.ReloadAsync();
        var (path, aside) = (Path.Combine(gateway.Texts, (kind == ".text" ? policy : bob) + kind), Path.Combine(gateway.Folder, "aside"));
        File.Move(path, aside);
        File.CreateSymbolicLink(path, path); // unreadable for root too
        var fault = (await ForgetAsync(gateway, "alice")).Fault;
        Assert.False(gateway.Recorder.Store.Has(alice));
        Assert.False(File.Exists(Path.Combine(gateway.Texts, named + ".text")));
        Assert.Contains($"the kept texts of 1 of the configurations ({bob[..12]}) could not be searched and deleted, and may name the person", fault?.Message,
            StringComparison.Ordinal);
        File.Delete(path);
        File.Move(aside, path);
        Assert.Null((await ForgetAsync(gateway, "alice")).Fault);
        Assert.NotNull(gateway.Recorder.Store.Read(gateway.InForce));
    }

    // A text that cannot be searched may name anybody. A misspelt name is no reason to destroy it, nor what a forced rollback kept.
    [Fact]
    public async Task ForANameThatTheLogDoesNotKnow_OnlyTextsThatNameItAreDestroyed()
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        var (faulty, deep, damaged) = (Keep(gateway, "subjects: [\"\\x62ob\"\n"), Keep(gateway, "# %2525252561lice\n"), Keep(gateway, "# damaged\n"));
        var text = gateway.Recorder.Store.Read(damaged)!.Find(gateway.Policy)!.Digest;
        await File.WriteAllBytesAsync(Path.Combine(gateway.Texts, text + ".text"), [0, 0, 0, 1], TestContext.Current.CancellationToken);
        Assert.Equal(new ForgottenTexts(0, false), await ForgetAsync(gateway, "alise", isKnown: false));
        Assert.Empty(await WhyAsync(gateway));
        Assert.Equal(new ForgottenTexts(1, false), await ForgetAsync(gateway, "alice", isKnown: false)); // that of the start
        Assert.Equal(["named"], await WhyAsync(gateway));
        Assert.NotNull(gateway.Recorder.Store.Read(faulty));
        Assert.NotNull(gateway.Recorder.Store.Read(deep));
        Assert.Equal(new ForgottenTexts(3, false), await ForgetAsync(gateway, "alice"));
        Assert.Equal(["may-name", "may-name", "named", "unreadable"], await WhyAsync(gateway));
        Assert.Equal([gateway.InForce], gateway.Recorder.Store.Kept());
    }

    // Threat: a mistyped issuer takes the texts to which the operator may have to return, and the answer looks like the erasure that was asked for.
    [Fact]
    public async Task ForAnIssuerThatTheLogDoesNotKnow_NoTextIsDestroyed()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var alice = gateway.InForce;
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        var (erasure, mistyped) = (gateway.Host.Core.Services.Erasure, new EntryOwner("https://lgoin.example.com", "alice"));
        var erased = await erasure.EraseAsync(mistyped, new PersonLookup(false, false));
        Assert.Equal((0, true), (erased.Configurations, erased.IsOfNobody));
        Assert.True(gateway.Recorder.Store.Has(alice));
        Assert.Empty(await WhyAsync(gateway));
        Assert.True((await erasure.EraseAsync(mistyped with { Subject = "bob" }, new PersonLookup(false, false))).IsInForce);
        erased = await erasure.EraseAsync(new EntryOwner("https://login.example.com", "alice"), new PersonLookup(false, false) { HasIssuer = true });
        Assert.Equal((1, true), (erased.Configurations, erased.IsOfNobody));
        Assert.False(gateway.Recorder.Store.Has(alice));
    }

    // Keys are destroyed by the first run. The second one completes it, though the log does not know the person any more.
    [Fact]
    public async Task AnErasureThatWasNotCompleted_IsCompletedByTheNextRun()
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        var doubtful = Keep(gateway, "subjects: [\"\\x62ob\"\n");
        var text = gateway.Recorder.Store.Read(doubtful)!.Find(gateway.Policy)!.Digest;
        var (path, aside) = (Path.Combine(gateway.Texts, text + ".text"), Path.Combine(gateway.Folder, "aside"));
        File.Move(path, aside);
        Directory.CreateDirectory(path);
        var (erasure, person) = (gateway.Host.Core.Services.Erasure, new EntryOwner("https://login.example.com", "alice"));
        var unfinished = (await erasure.EraseAsync(person, new PersonLookup(true, true))).Unfinished;
        Assert.Contains(doubtful[..12], unfinished?.Message, StringComparison.Ordinal);
        Directory.Delete(path);
        File.Move(aside, path);
        await gateway.RestartAsync();
        var erased = await gateway.Host.Core.Services.Erasure.EraseAsync(person, new PersonLookup(false, false));
        Assert.Equal((1, false), (erased.Configurations, erased.IsOfNobody));
        Assert.False(gateway.Recorder.Store.Has(doubtful));
        Assert.False(gateway.Recorder.Store.Erasures.HasUnsearched);
    }

    // The answer of the first run says to change the files, to reload and to erase again. The log does not know the person any more then.
    [Fact]
    public async Task AnErasureThatWaitsForTheConfiguration_IsCompletedByTheRunAfterTheReload_AndOnlyForThisPerson()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var alice = gateway.InForce;
        var (person, unknown) = (new EntryOwner("https://login.example.com", "alice"), new PersonLookup(false, false) { HasIssuer = true });
        Assert.True((await Erasure().EraseAsync(person, new PersonLookup(true, true))).IsInForce);
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        var doubtful = Keep(gateway, "subjects: [\"\\x62ob\"\n");
        await gateway.RestartAsync();
        var other = await Erasure().EraseAsync(person with { Subject = "alise" }, unknown);
        Assert.True(other.IsOfNobody);
        Assert.True(gateway.Recorder.Store.Has(doubtful));
        var completed = await Erasure().EraseAsync(person, unknown) with { Lookup = unknown };
        Assert.Equal((2, false, false), (completed.Configurations, completed.IsInForce, completed.IsOfNobody));
        Assert.False(gateway.Recorder.Store.Has(alice));
        Assert.False(gateway.Recorder.Store.Has(doubtful));
        var reply = ControlReplies.Of([(ActionOutcome<PersonErased>)completed], LogRows.Erase);
        Assert.True(reply.Ok);
        Assert.StartsWith("the erasure that waited for another configuration is completed", reply.Message, StringComparison.Ordinal);
        Assert.True((await Erasure().EraseAsync(person, unknown)).IsOfNobody);

        PersonErasure Erasure() => gateway.Host.Core.Services.Erasure;
    }

    // Without the record about it, the next run would not know that there is something to complete.
    [Fact]
    public async Task WhereThatCannotBeRecorded_NoKeyIsDestroyed()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var services = gateway.Host.Core.Services;
        Directory.CreateDirectory(Path.Combine(gateway.Texts, "pending", "in the way"));
        Directory.CreateDirectory(Path.Combine(gateway.Texts, "unsearched", "in the way"));
        var state = services.SubjectKeys.State;
        var fault = await Assert.ThrowsAsync<ErasureNotBegunException>(() =>
            services.Erasure.EraseAsync(new EntryOwner("https://login.example.com", "alice"), new PersonLookup(true, true)));
        Assert.Contains("Nothing else of the person was erased", fault.Message, StringComparison.Ordinal);
        Assert.Equal(state, services.SubjectKeys.State);
        var refusal = StoreFaults.RefusalOf(fault);
        Assert.StartsWith($"make {gateway.Texts} readable and writable", refusal?.Remedy, StringComparison.Ordinal);
    }

    private static string Keep(FiledGateway gateway, string policy)
    {
        var texts = new ConfigurationTexts(gateway.Recorder.InForce!.Files.Select(file => file.Path == gateway.Policy
            ? new SnapshotFile(file.Part, file.Path, Encoding.UTF8.GetBytes(policy)) : file));
        gateway.Recorder.Store.Keep(texts);
        return texts.Digest;
    }

    private static async Task<IEnumerable<string?>> WhyAsync(FiledGateway gateway) =>
        (await gateway.EntriesAsync(EntryActs.Forgotten)).Select(entry => FiledGateway.Fact(entry, "why")).Order(StringComparer.Ordinal);

    private static Task<ForgottenTexts> ForgetAsync(FiledGateway gateway, string subject, bool isKnown = true) =>
        gateway.Host.Core.Services.KeptConfigurations.ForgetPersonAsync(subject, isKnown);
}
