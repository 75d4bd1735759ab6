using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Audit.Search;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Texts;
using Gatehouse.Diagnostics;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>
/// Kept texts of configurations are destroyed with the persons in them, and when their time is over (DP-03). The log keeps the digests.
/// </summary>
[Trait("Requirement", "DP-03")]
[Trait("NoRetry", "yes")]
public sealed class ForgottenConfigurationTests
{
    private const string Issuer = "https://login.example.com";

    [Fact]
    public async Task Erasure_DestroysTextsThatNameThePerson_AndReportsTheOneInForce()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var alice = gateway.InForce;
        gateway.WritePolicy("bob");
        var bob = await gateway.ReloadAsync();
        gateway.WritePolicy("alicia");
        var alicia = await gateway.ReloadAsync();
        gateway.WritePolicy("ALICE");
        var again = await gateway.ReloadAsync();

        var erased = await gateway.Host.Core.Services.Erasure.EraseAsync(new EntryOwner(Issuer, "alice"), new PersonLookup(true, true));
        Assert.Equal((1, true), (erased.Configurations, erased.IsInForce));
        var store = gateway.Recorder.Store;
        Assert.Equal([false, true, true, true], new[] { alice, bob, alicia, again }.Select(store.Has));
        Assert.DoesNotContain("alice", AllTexts(store), StringComparison.Ordinal);
        var entry = Assert.Single(await gateway.EntriesAsync(EntryActs.Forgotten));
        Assert.Equal((alice, "erasure"), (FiledGateway.Fact(entry, "digest"), FiledGateway.Fact(entry, "cause")));
        Assert.NotNull((await gateway.RollBackAsync(alice)).Refusal);

        gateway.WritePolicy("dora");
        await gateway.ReloadAsync();
        erased = await gateway.Host.Core.Services.Erasure.EraseAsync(new EntryOwner(Issuer, "alice"), new PersonLookup(true, true));
        Assert.Equal((1, false), (erased.Configurations, erased.IsInForce)); // also the one before the one in force
        Assert.False(store.Has(again));
        Assert.Null(store.Order().Previous);
        Assert.Contains(await gateway.HistoryAsync(), one => one.Digest == alice); // what the log says stays
        gateway.WritePolicy("erna");
        await gateway.ReloadAsync();
        Assert.Null((await gateway.RollBackAsync(bob)).Refusal);
    }

    [Theory]
    [InlineData("rules:\n  - id: team\n    permit: { subjects: [\"\\x61lice\"], servers: [up] }\n")]
    [InlineData("rules:\n  - id: team\n    permit: { subjects: [\"\\u0061l\\x69ce\"], servers: [up] }\n")]
    [InlineData("rules:\n  - id: team\n    permit: { subjects: [bob], servers: [up] }\n# asked for by alice\n")]
    [InlineData("rules:\n  - id: team\n    permit: { subjects: [bob], servers: [up] }\n# see https://hr.example.com/people/%61lice\n")]
    [InlineData("rules:\n  - id: team\n    permit: { subjects: [bob], servers: [up] }\n# asked for by \\u0061lice\n")]
    [InlineData("\"rules\": [{\"id\": \"team\", \"permit\": {\"subjects\": [\"\\u0061lice\"], \"servers\": [\"up\"]}}]\n")]
    public async Task Erasure_FindsTheName_HoweverItIsWritten(string policy)
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.WritePolicy("bob");
        var bob = await gateway.ReloadAsync();
        await File.WriteAllTextAsync(gateway.Policy, "version: 1\n" + policy, TestContext.Current.CancellationToken);
        var escaped = await gateway.ReloadAsync();
        var kept = gateway.Host.Core.Services.KeptConfigurations;
        Assert.Equal(new ForgottenTexts(1, true), await kept.ForgetPersonAsync("alice", isKnown: true)); // that of the start
        gateway.WritePolicy("bob");
        Assert.Equal(bob, await gateway.ReloadAsync());
        Assert.Equal(new ForgottenTexts(1, false), await kept.ForgetPersonAsync("alice", isKnown: true));
        Assert.Equal((false, true), (gateway.Recorder.Store.Has(escaped), gateway.Recorder.Store.Has(bob)));
        Assert.Equal("named", FiledGateway.Fact((await gateway.EntriesAsync(EntryActs.Forgotten))[^1], "why"));
    }

    [Theory]
    [InlineData("%61lice", "alice", true)]
    [InlineData("?who=%2561%6Cice&x=1", "alice", true)] // encoded twice
    [InlineData("a%2Falice", "alice", true)]
    [InlineData("\\x61l\\u0069ce", "alice", true)]
    [InlineData("\\U00000061lice \\u{61}", "alice", true)]
    [InlineData("\\x2561lice", "alice", true)] // an escape of an encoding
    [InlineData("said:\\nalice", "alice", true)]
    [InlineData("%5Cx61lice", "alice", true)]
    [InlineData("CORP%5Cnora", "CORP\\nora", true)]
    [InlineData("CORP\\\\nora", "CORP\\nora", true)]
    [InlineData("CORP\\nora", "CORP\\nora", true)]
    [InlineData("jose\u0301", "jos\u00e9", true)] // NFD against NFC
    [InlineData("jos\u00e9", "jose\u0301", true)]
    [InlineData("JOSE\u0301", "jos\u00e9", true)]
    [InlineData("jos%C3%A9", "jos\u00e9", true)]
    [InlineData("jos%E9", "jos\u00e9", true)] // ISO 8859-1
    [InlineData("jos\\xe9", "jose\u0301", true)]
    [InlineData("\u1112\u1161\u11ab\u1100\u1173\u11af", "\ud55c\uae00", true)]
    [InlineData("\ud55c\uae00", "\u1112\u1161\u11ab\u1100\u1173\u11af", true)]
    [InlineData("\\ud83d\\ude00", "\ud83d\ude00", true)] // a pair of halves
    [InlineData("\uff41lice \\ud83d", "\uff41lice", true)]
    [InlineData("%2525252561lice", "alice", true)] // five deep: not searched, so it may be there
    [InlineData("%25252525zz", "alice", true)] // the fourth round resolves the last one
    [InlineData("%252525zz", "alice", false)]
    [InlineData("jos\\xc3\\xa9", "jos\u00e9", true)] // bytes, as a program writes them
    [InlineData("jos\\303\\251", "jos\u00e9", true)] // as git writes paths (core.quotePath)
    [InlineData("jos\\xc3\\xa9", "jos\u00c3\u00a9", true)] // characters, as YAML reads them
    [InlineData("jos%C3%A9%FF", "jos\u00e9", true)] // one byte that is no UTF-8 beside it
    [InlineData("\\141lice", "alice", true)]
    [InlineData("Anna%20%20Schmidt", "Anna Schmidt", true)]
    [InlineData("Anna\\t Schmidt", "Anna  Schmidt", true)]
    [InlineData("?q=Anna+Schmidt", "Anna Schmidt", true)] // the form of a query
    [InlineData("?q=jos%C3%A9+garc%C3%ADa", "jos\u00e9 garc\u00eda", true)]
    [InlineData("?q=AnnaSchmidt Anna.Schmidt", "Anna Schmidt", false)]
    [InlineData("jos%C3%A9%20%E9", "jos\u00e9", true)]
    [InlineData("%61licia", "alice", false)]
    [InlineData("m%61lice", "alice", false)]
    [InlineData("alic\u00e9", "alice", false)]
    [InlineData("jos\u00e9phine", "jos\u00e9", false)]
    [InlineData("100% of \\d+ \\u12 \\UFFFFFFFF %4", "alice", false)]
    public void AName_IsFoundHoweverItIsWritten_AndNoOther(string comment, string subject, bool expected)
    {
        var file = new SnapshotFile(SnapshotPart.Policy, "/policy.yaml", Encoding.UTF8.GetBytes($"version: 1 # {comment}\n"));
        Assert.Equal(expected, SubjectInFile.Search(file, subject) != Naming.No);
    }

    // The order says in which order configurations were kept. It is no condition for the destruction of a text.
    [Fact]
    public async Task Erasure_DestroysAllTexts_ThoughTheirOrderCannotBeRead()
    {
        await using var gateway = await FiledGateway.StartAsync();
        List<string> named = [gateway.InForce];
        foreach (var who in new[] { "alice, bob", "alice, dora" })
        {
            gateway.WritePolicy(who);
            named.Add(await gateway.ReloadAsync());
        }

        gateway.WritePolicy("bob");
        var bob = await gateway.ReloadAsync();
        var order = Path.Combine(gateway.Texts, "order");
        File.Delete(order);
        Directory.CreateDirectory(order); // unreadable for root too
        var (kept, store) = (gateway.Host.Core.Services.KeptConfigurations, gateway.Recorder.Store);
        Assert.NotNull((await kept.ForgetPersonAsync("alice", isKnown: true)).Fault);
        Assert.Equal([false, false, false, true], named.Append(bob).Select(store.Has));
        Assert.Equal(named.Order(), (await gateway.EntriesAsync(EntryActs.Forgotten)).Select(entry => FiledGateway.Fact(entry, "digest")!).Order());
        Assert.Equal(gateway.Recorder.InForce!.Files.Count, Directory.GetFiles(gateway.Texts, "*.text").Length);
        Directory.Delete(order);
        Assert.Equal(new ForgottenTexts(0, false), await kept.ForgetPersonAsync("alice", isKnown: true));
        Assert.Equal([bob], store.Order().Kept);
    }

    // A file that does not open says nothing about the others of its configuration, which do.
    [Theory]
    [InlineData(".text")]
    [InlineData(".manifest")]
    public async Task Erasure_DestroysTextsBesideADamagedFile(string damaged)
    {
        await using var gateway = await FiledGateway.StartAsync();
        var (alice, main) = (gateway.InForce, gateway.Recorder.InForce!.Main!.Digest);
        var policy = gateway.Recorder.InForce!.Find(gateway.Policy)!.Digest;
        await File.AppendAllTextAsync(gateway.Main, "# another\n", TestContext.Current.CancellationToken);
        gateway.WritePolicy("bob");
        var bob = await gateway.ReloadAsync();
        var path = Path.Combine(gateway.Texts, (damaged == ".text" ? main : alice) + damaged);
        await File.WriteAllBytesAsync(path, [0, 0, 0, 1], TestContext.Current.CancellationToken);
        Assert.True(File.Exists(Path.Combine(gateway.Texts, policy + ".text")));
        Assert.Equal(new ForgottenTexts(1, false), await gateway.Host.Core.Services.KeptConfigurations.ForgetPersonAsync("alice", isKnown: true));
        Assert.False(File.Exists(Path.Combine(gateway.Texts, policy + ".text")));
        Assert.False(File.Exists(Path.Combine(gateway.Texts, main + ".text")));
        Assert.NotNull(gateway.Recorder.Store.Read(bob));
        Assert.Equal((alice, "unreadable"), Why(Assert.Single(await gateway.EntriesAsync(EntryActs.Forgotten))));
    }

    // A process that was killed while it kept a configuration leaves texts without a manifest, and unfinished files.
    [Fact]
    public async Task Erasure_DestroysTextsThatBelongToNoConfiguration()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var policy = gateway.Recorder.InForce!.Find(gateway.Policy)!.Digest;
        gateway.WritePolicy("bob");
        var bob = await gateway.ReloadAsync();
        foreach (var manifest in Directory.GetFiles(gateway.Texts, "*.manifest").Where(path => !path.Contains(bob, StringComparison.Ordinal)))
            File.Delete(manifest);
        await File.WriteAllBytesAsync(Path.Combine(gateway.Texts, "x.0123456789abcdef.new"), [1], TestContext.Current.CancellationToken);
        Assert.Equal(new ForgottenTexts(0, false), await gateway.Host.Core.Services.KeptConfigurations.ForgetPersonAsync("alice", isKnown: true));
        Assert.False(File.Exists(Path.Combine(gateway.Texts, policy + ".text")));
        Assert.Empty(Directory.GetFiles(gateway.Texts, "*.new"));
        Assert.NotNull(gateway.Recorder.Store.Read(bob));
        Assert.Equal((null, "unreferenced"), Why(Assert.Single(await gateway.EntriesAsync(EntryActs.Forgotten))));
        Assert.Equal(new ForgottenTexts(0, false), await gateway.Host.Core.Services.KeptConfigurations.ForgetPersonAsync("alice", isKnown: true));
        Assert.Single(await gateway.EntriesAsync(EntryActs.Forgotten));
    }

    // A rollback with --force keeps the files that it replaces, whatever they are.
    [Theory]
    [InlineData("subjects: [\"\\x61lice\"\n")]
    [InlineData("\u00ff\u00fe")]
    public async Task Erasure_DestroysTextsThatCannotBeParsed(string text)
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.WritePolicy("bob");
        var bob = await gateway.ReloadAsync();
        var files = gateway.Recorder.InForce!.Files.Select(file => file.Path == gateway.Policy
            ? new SnapshotFile(file.Part, file.Path, Encoding.Latin1.GetBytes(text)) : file);
        var faulty = new ConfigurationTexts(files);
        gateway.Recorder.Store.Keep(faulty);
        Assert.Equal(new ForgottenTexts(2, false), await gateway.Host.Core.Services.KeptConfigurations.ForgetPersonAsync("alice", isKnown: true));
        Assert.Equal((false, true), (gateway.Recorder.Store.Has(faulty.Digest), gateway.Recorder.Store.Has(bob)));
    }

    [Theory]
    [InlineData("CORP\\alice", true)]
    [InlineData("line\nCORP\\alice", true)]
    [InlineData("CORP\\nalice", false)]
    public void AValueFromOutside_IsSearchedAsItWasGiven(string value, bool expected)
    {
        var text = new StringBuilder("--dev\n");
        OutsideText.Add(text, "NAME", value);
        var file = new SnapshotFile(SnapshotPart.Outside, "", Encoding.UTF8.GetBytes(text.ToString()));
        Assert.Equal(expected, SubjectInFile.Search(file, "CORP\\alice") != Naming.No);
    }

    private static (string? Digest, string? Why) Why(System.Text.Json.JsonElement entry) =>
        (FiledGateway.Fact(entry, "digest"), FiledGateway.Fact(entry, "why"));

    [Fact]
    public async Task TextsOfAConfiguration_LastAsLongAsTheEntries_AfterItWasInForce()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var store = gateway.Recorder.Store;
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        var second = await gateway.ReloadAsync();
        // It was kept before, and was in force until now: its time has just begun. The times of files say nothing.
        var left = store.Order().Since[first];
        foreach (var path in Directory.GetFiles(gateway.Texts)) File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddYears(40));
        var kept = gateway.Host.Core.Services.KeptConfigurations;
        Assert.Equal(0, await kept.ForgetBeforeAsync(left));
        Assert.True(store.Has(first));

        Assert.Equal(1, await kept.ForgetBeforeAsync(left + TimeSpan.FromSeconds(1)));
        Assert.Equal((false, true), (store.Has(first), store.Has(second)));
        Assert.Equal("retention", FiledGateway.Fact(Assert.Single(await gateway.EntriesAsync(EntryActs.Forgotten)), "cause"));
        Assert.Equal(second, ConfigurationLoader.Load(gateway.Request()).Texts!.Digest);
        await gateway.RestartAsync();
        Assert.Equal(second, gateway.InForce);
    }

    // A full disk is a matter of the operator, and no fault of the program.
    [Fact]
    public async Task TextsThatCannotBeDestroyed_AreReportedAsSuch()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var order = Path.Combine(gateway.Texts, "order");
        File.Delete(order);
        Directory.CreateDirectory(order); // unreadable for root too
        var (services, events) = (gateway.Host.Core.Services, new WrittenEvents());
        using (var watch = new RetentionWatch(services.SubjectKeys, services.AuditIndex, services.Journal, services.KeptConfigurations,
            () => new RetentionSettings { Administration = TimeSpan.FromDays(30) }, new ManualTimeProvider(), events))
            await watch.DestroyAsync();
        Assert.Contains(OperatorEvents.ConfigurationsNotDestroyed.Id, events.Ids);
        Assert.DoesNotContain(OperatorEvents.PartFault.Id, events.Ids);
        Directory.Delete(order);
    }

    // There is an attempt each hour, and a folder that cannot be written stays so for days.
    [Fact]
    public async Task TextsThatCannotBeDestroyedWhenTheirTimeIsOver_HaveOneEntry_AndAnotherOneIfTheyAreKeptAgain()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var (first, kept, store) = (gateway.InForce, gateway.Host.Core.Services.KeptConfigurations, gateway.Recorder.Store);
        var texts = gateway.Recorder.InForce!;
        gateway.WritePolicy("bob");
        var second = await gateway.ReloadAsync();
        gateway.WritePolicy("carol");
        await gateway.ReloadAsync();
        var until = store.Order().Since[second];
        // Two manifests that cannot be read, for root too: nothing is deleted.
        var (damaged, absent) = (Path.Combine(gateway.Texts, first + ".manifest"), Path.Combine(gateway.Texts, second + ".manifest"));
        await File.WriteAllTextAsync(damaged, "damaged");
        File.Move(absent, absent + ".aside");
        File.CreateSymbolicLink(absent, absent);
        for (var hour = 0; hour < 3; hour++) await Assert.ThrowsAsync<IOException>(() => kept.ForgetBeforeAsync(until));
        Assert.Single(await gateway.EntriesAsync(EntryActs.Forgotten));

        File.Delete(absent);
        File.Move(absent + ".aside", absent);
        Assert.Equal(1, await kept.ForgetBeforeAsync(until));
        Assert.Single(await gateway.EntriesAsync(EntryActs.Forgotten));
        store.Keep(texts);
        await kept.ForgetBeforeAsync(store.Order().Since[first] + TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await gateway.EntriesAsync(EntryActs.Forgotten)).Count(entry => FiledGateway.Fact(entry, "digest") == first));
    }

    // Without room for the list an erasure is refused. The operator learns of it before.
    [Fact]
    public async Task AListOfDestroyedKeysThatIsAlmostFull_IsReportedOnce()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var (list, line) = (Path.Combine(gateway.Folder, "state", "audit-destroyed-keys"), $"key {new string('A', 22)}\n");
        await gateway.RestartAsync(() => File.WriteAllText(list, Repeat(line, (63L << 20) * 79 / 100)));
        var (services, events) = (gateway.Host.Core.Services, new WrittenEvents());
        Assert.InRange(services.SubjectKeys.DestroyedRoomPercent, 20, 21);
        using var watch = new RetentionWatch(services.SubjectKeys, services.AuditIndex, services.Journal, services.KeptConfigurations,
            static () => new RetentionSettings(), new ManualTimeProvider(), events);
        await watch.DestroyAsync();
        Assert.DoesNotContain(OperatorEvents.DestroyedKeysRoom.Id, events.Ids);
        var further = Enumerable.Range(0, 40_000).Select(static _ => Base64Url.EncodeToString(Guid.CreateVersion7().ToByteArray()));
        services.SubjectKeys.Destroy([.. further]);
        Assert.InRange(services.SubjectKeys.DestroyedRoomPercent, 15, 19);
        await watch.DestroyAsync();
        await watch.DestroyAsync();
        Assert.Equal(OperatorEvents.DestroyedKeysRoom.Id, Assert.Single(events.Ids));

        static string Repeat(string line, long bytes) => new StringBuilder().Insert(0, line, (int)(bytes / line.Length)).ToString();
    }

    [Fact]
    public async Task WithoutItsEntry_NothingIsDestroyed()
    {
        var log = new BrokenLog();
        await using var gateway = await FiledGateway.StartAsync(log);
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        log.Broken = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => gateway.Host.Core.Services.KeptConfigurations.ForgetPersonAsync("alice", isKnown: true));
        Assert.True(gateway.Recorder.Store.Has(first));
        log.Broken = false;
        Assert.Equal(new ForgottenTexts(1, false), await gateway.Host.Core.Services.KeptConfigurations.ForgetPersonAsync("alice", isKnown: true));
    }

    // The texts are kept before the entry and in force after it. An erasure in between would take those of the configuration that comes into force.
    [Fact]
    public async Task Erasure_WaitsForAChangeUnderWay()
    {
        var log = new ObservedLog();
        await using var gateway = await FiledGateway.StartAsync(log);
        var alice = gateway.InForce;
        gateway.WritePolicy("bob");
        var bob = await gateway.ReloadAsync();
        var held = new HeldEntry(EntryActs.Applied);
        log.OnDurable = held.OnDurable;
        gateway.WritePolicy("alice");
        var changing = gateway.ReloadAsync();
        await held.Asked.WaitAsync(TestContext.Current.CancellationToken);
        var kept = gateway.Host.Core.Services.KeptConfigurations;
        var ofPerson = kept.ForgetPersonAsync("alice", isKnown: true);
        var ofTime = kept.ForgetBeforeAsync(DateTimeOffset.MaxValue);
        held.Release();
        Assert.Equal(alice, await changing);
        Assert.Equal(new ForgottenTexts(0, true), await ofPerson);
        Assert.Equal(1, await ofTime);
        Assert.Equal(bob, ObservedLog.Fact(Assert.Single(log.Of(EntryActs.Forgotten)), "digest"));
        Assert.NotNull(gateway.Recorder.Store.Read(alice));
    }

    /// <summary>The ids of events that were written.</summary>
    private sealed class WrittenEvents : ILogger
    {
        public ConcurrentQueue<int> Ids { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Ids.Enqueue(eventId.Id);
    }

    private static string AllTexts(ConfigurationStore store) => string.Join('\n', store.Order().Kept.Where(digest => digest != store.Order().InForce)
        .SelectMany(digest => store.Read(digest)!.Files).Select(file => Encoding.UTF8.GetString(file.Content.Span)));
}
