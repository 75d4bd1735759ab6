using System.Globalization;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>Wherever a change of the configuration fails, the entries of the log say which configuration is in force (CO-02).</summary>
[Trait("Requirement", "CO-02")]
[Trait("NoRetry", "yes")]
public sealed class FailedChangeTests
{
    [Theory]
    [InlineData("files", false)]
    [InlineData("files", true)]
    [InlineData("before", false)]
    [InlineData("before", true)]
    public async Task AFaultBeforeTheConfigurationIsInForce_TakesItsEntryBack_AndTheOldOneStaysInAllParts(string place, bool isExpected)
    {
        await using var gateway = await FiledGateway.StartAsync();
        var (first, snapshot) = (gateway.InForce, gateway.Host.Snapshots.Current);
        var (announced, secret) = (0, Path.Combine(gateway.Folder, "secret"));
        gateway.Host.Snapshots.Replaced += _ => announced++;
        var reference = new SecretReference("file", secret);
        await WriteSecretAsync(secret, "old");
        var secrets = gateway.Host.Core.Services.Secrets;
        Assert.Equal("old", secrets.Resolve(reference).Reveal());
        await WriteSecretAsync(secret, "new");
        gateway.WritePolicy("bob");
        Action fault = isExpected ? Fault : Unexpected;
        var callers = new FaultyCallers(place, fault) { Secret = new SecretReference("file", secret) };
        var faults = await ChangeAsync(gateway, callers, place == "files" ? fault : static () => { });
        Assert.StartsWith(isExpected ? "a fault for the test" : "the change ended with a fault of the gateway (InvalidOperationException)",
            Assert.Single(faults), StringComparison.Ordinal);
        Assert.Equal(place == "before", faults[0].Contains("the files are those that were asked for", StringComparison.Ordinal));
        Assert.Equal((first, 0, false), (gateway.InForce, announced, callers.IsUsed));
        Assert.Same(snapshot, gateway.Host.Snapshots.Current);
        Assert.Equal("old", secrets.Resolve(reference).Reveal());
        Assert.Null(gateway.Recorder.Store.Change.Read());
        var undone = Assert.Single(await gateway.EntriesAsync(EntryActs.Refused));
        Assert.Equal(("yes", first, isExpected ? null : nameof(InvalidOperationException)),
            (FiledGateway.Fact(undone, "undone"), FiledGateway.Fact(undone, "previous"), FiledGateway.Fact(undone, "fault")));
        var wanted = FiledGateway.Fact(undone, "digest")!;
        var entry = (await gateway.EntriesAsync(EntryActs.Applied))[^1];
        Assert.Equal((wanted, FiledGateway.Fact(undone, "change")), (FiledGateway.Fact(entry, "digest"), FiledGateway.Fact(entry, "change")));
        Assert.Empty(await gateway.FindAsync(wanted, withReplaced: false));
        Assert.Equal(first, gateway.Recorder.Store.Order().InForce);
        Assert.Empty(await gateway.EntriesAsync(EntryActs.Incomplete));
    }

    [Fact]
    public async Task AFaultBeforeTheEntry_IsARefusalOnly()
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.WritePolicy("bob");
        Assert.Equal(["a fault for the test"], await ChangeAsync(gateway, new FaultyCallers("prepare", Fault)));
        Assert.Single(await gateway.EntriesAsync(EntryActs.Applied));
        Assert.Null(FiledGateway.Fact(Assert.Single(await gateway.EntriesAsync(EntryActs.Refused)), "undone"));
    }

    // Whoever can make a reload end with such a fault would try configurations without a trace. The message may have content of a file.
    [Theory]
    [InlineData("read")]
    [InlineData("secrets")]
    [InlineData("prepare")]
    public async Task AFaultThatNoPartExpects_HasAnEntryWithItsType_AndWithoutItsMessage(string place)
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        var faults = await ChangeAsync(gateway, new FaultyCallers(place, Unexpected), read: place == "read" ? Unexpected : null);
        Assert.Contains("InvalidOperationException", Assert.Single(faults), StringComparison.Ordinal);
        Assert.DoesNotContain("for the test", faults[0], StringComparison.Ordinal);
        var entry = Assert.Single(await gateway.EntriesAsync(EntryActs.Refused));
        Assert.Equal(("InvalidOperationException", null, "reload"),
            (FiledGateway.Fact(entry, "fault"), FiledGateway.Fact(entry, "undone"), FiledGateway.Fact(entry, "cause")));
        Assert.Equal(place == "read", FiledGateway.Fact(entry, "digest") is null or "");
        Assert.DoesNotContain("for the test", entry.ToString(), StringComparison.Ordinal);
        Assert.Equal(first, gateway.InForce);
    }

    // First what takes rights away, and last what is only kept.
    [Fact]
    public async Task TheStepsAfterAConfigurationIsInForce_AreSix_InTheOrderOfTheEventModel()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var callers = new FaultyCallers("", static () => { });
        var current = gateway.Host.Snapshots.Current;
        Assert.Equal(["authentication", "announcement", "streams", "servers", "texts", "reports"],
            Reloader(gateway, callers).LaterStepsOf(current, callers.Prepare(current.Settings), null, null));
    }

    // Each step sees the new configuration.
    [Fact]
    public async Task TheStepsAfterAConfigurationIsInForce_HaveTheirOrder()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var (first, seen) = (gateway.InForce, new List<string>());
        void See(string step)
        {
            var (generation, store) = (gateway.Host.Snapshots.Current.Generation.ToString(CultureInfo.InvariantCulture), gateway.Recorder.Store);
            seen.Add($"{step} {generation} {gateway.InForce != first} {store.Order().InForce != first} {store.Change.Read() is not null}");
        }

        gateway.Host.Snapshots.Replaced += _ => See("announcement");
        var callers = new FaultyCallers("", static () => { }) { OnBefore = () => See("before"), OnAfter = () => See("authentication") };
        gateway.WritePolicy("bob");
        Assert.Empty(await ChangeAsync(gateway, callers, () => See("files")));
        Assert.Equal(["files 1 False False True", "before 1 False False False", "authentication 2 True False False", "announcement 2 True False False"], seen);
        Assert.NotEqual(first, gateway.Recorder.Store.Order().InForce);
        Assert.Equal(EntryActs.Applied, FiledGateway.Fact((await gateway.EntriesAsync(EntryActs.Applied))[^1], "act"));
    }

    [Fact]
    public async Task LaterSteps_AreTakenInTheirOrder_ThoughOneFails()
    {
        var taken = new List<string>();
        var steps = new LaterSteps(Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance)
        {
            { "first", () => taken.Add("first") },
            { "second", Unexpected },
            { "third", async () =>
                {
                    await Task.Yield();
                    taken.Add("third");
                    throw new InvalidDataException("a fault for the test");
                }
            },
            { "fourth", () => taken.Add("fourth") },
        };
        Assert.Equal(["second", "third"], await steps.RunAsync());
        Assert.Equal(["first", "third", "fourth"], taken);
    }

    [Theory]
    [InlineData("announcement")]
    [InlineData("authentication")]
    public async Task AFaultAfterTheConfigurationIsInForce_TakesNoEntryBack_AndTheOtherStepsAreTaken(string place)
    {
        await using var gateway = await FiledGateway.StartAsync();
        var (first, generation) = (gateway.InForce, gateway.Host.Snapshots.Current.Generation);
        if (place == "announcement") gateway.Host.Snapshots.Replaced += static _ => Fault();
        var callers = new FaultyCallers(place, Fault);
        gateway.WritePolicy("bob");
        Assert.Empty(await ChangeAsync(gateway, callers));
        var second = gateway.InForce;
        Assert.NotEqual(first, second);
        Assert.Equal(generation + 1, gateway.Host.Snapshots.Current.Generation);
        Assert.True(callers.IsUsed);
        Assert.Equal((second, first), (gateway.Recorder.Store.Order().InForce, gateway.Recorder.Store.Order().Previous));
        Assert.Empty(await gateway.EntriesAsync(EntryActs.Refused));
        var incomplete = Assert.Single(await gateway.EntriesAsync(EntryActs.Incomplete));
        Assert.Equal((second, "2", place), (FiledGateway.Fact(incomplete, "digest"), FiledGateway.Fact(incomplete, "generation"), FiledGateway.Fact(incomplete, "why")));
        Assert.Equal([second], await gateway.FindAsync(second, withReplaced: false));
        var entry = (await gateway.EntriesAsync(EntryActs.Applied))[^1];
        Assert.Equal((second, first), (FiledGateway.Fact(entry, "digest"), FiledGateway.Fact(entry, "previous")));
    }

    // Until the log says that the change failed, it names a configuration that is not in force.
    [Fact]
    public async Task TheEntryThatTakesAnotherBack_IsWrittenWhenTheLogCanBe_AndBeforeAnyFurtherChange()
    {
        var log = new BrokenLog();
        await using var gateway = await FiledGateway.StartAsync(log);
        gateway.WritePolicy("bob");
        Assert.NotEmpty(await ChangeAsync(gateway, new FaultyCallers("", Fault), () =>
        {
            log.Broken = true;
            Fault();
        }));
        Assert.DoesNotContain(log.Durable, entry => entry.Facts[0].Value == EntryActs.Refused);
        var repaired = DateTimeOffset.UtcNow;
        log.Broken = false;
        await gateway.ReloadAsync();
        Assert.Equal([EntryActs.Applied, EntryActs.Applied, EntryActs.Refused, EntryActs.Applied],
            log.Durable.Select(entry => entry.Facts[0].Value).Where(act => act is EntryActs.Applied or EntryActs.Refused));
        var undone = log.Durable.Single(entry => entry.Facts[0].Value == EntryActs.Refused);
        Assert.Equal(("yes", "yes"), (ObservedLog.Fact(undone, "undone"), ObservedLog.Fact(undone, "recovered")));
        var attempted = DateTimeOffset.Parse(ObservedLog.Fact(undone, "attempted")!, CultureInfo.InvariantCulture);
        var applied = log.Durable.Where(entry => entry.Facts[0].Value == EntryActs.Applied).ToList();
        Assert.InRange(attempted, applied[1].At, repaired); // of the attempt, whenever the entry is written
        Assert.True(undone.At >= repaired);
        Assert.All(applied, entry => Assert.Null(ObservedLog.Fact(entry, "recovered")));
    }

    // The process ends between the entry of a change and the moment from which the configuration is in force.
    [Fact]
    public async Task AChangeWhoseProcessEnded_IsUndoneAtTheNextStart_Once()
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.WritePolicy("bob");
        var second = ConfigurationLoader.Load(gateway.Request()).Texts!;
        var attempting = DateTimeOffset.UtcNow;
        Assert.True(await gateway.Recorder.RecordAppliedAsync(second, 2, ConfigurationOrigin.Reload, []));
        var ended = DateTimeOffset.UtcNow;
        Assert.Equal([second.Digest], await gateway.FindAsync(second.Digest, withReplaced: false));
        await gateway.RestartAsync(() => gateway.WritePolicy("alice"));
        var undone = Assert.Single(await gateway.EntriesAsync(EntryActs.Refused));
        Assert.Equal((second.Digest, "yes", PendingChange.ProcessEnded, "reload"), (FiledGateway.Fact(undone, "digest"), FiledGateway.Fact(undone, "undone"),
            FiledGateway.Fact(undone, "fault"), FiledGateway.Fact(undone, "cause")));
        var applied = await gateway.EntriesAsync(EntryActs.Applied);
        Assert.Equal(FiledGateway.Fact(applied[1], "change"), FiledGateway.Fact(undone, "change"));
        Assert.True(string.CompareOrdinal(FiledGateway.Fact(undone, "id"), FiledGateway.Fact(applied[2], "id")) < 0); // before that of the start
        var view = (await gateway.HistoryAsync()).Single(one => one.Outcome == "refused");
        Assert.Equal((true, true, PendingChange.ProcessEnded), (view.IsUndone, view.IsRecovered, view.Fault));
        Assert.InRange(view.Attempted!.Value, attempting, ended);
        Assert.True(view.At >= ended);
        Assert.Empty(await gateway.FindAsync(second.Digest, withReplaced: false));
        Assert.Null(gateway.Recorder.Store.Change.Read());
        await gateway.RestartAsync();
        Assert.Single(await gateway.EntriesAsync(EntryActs.Refused));
    }

    // The record comes before the entry. A process that ends between the two leaves an entry that undoes one that is not there, and nothing else.
    [Fact]
    public async Task AChangeWhoseProcessEndedBeforeItsEntry_TakesNothingElseBack()
    {
        var log = new BrokenLog();
        await using var gateway = await FiledGateway.StartAsync(log);
        gateway.WritePolicy("bob");
        var second = ConfigurationLoader.Load(gateway.Request()).Texts!;
        Assert.True(await gateway.Recorder.RecordAppliedAsync(second, 2, ConfigurationOrigin.Reload, []));
        await gateway.RestartAsync(); // with another log, in which that entry is not
        var undone = Assert.Single(await gateway.EntriesAsync(EntryActs.Refused));
        Assert.Equal((second.Digest, "yes"), (FiledGateway.Fact(undone, "digest"), FiledGateway.Fact(undone, "undone")));
        Assert.DoesNotContain(await gateway.EntriesAsync(EntryActs.Applied),
            entry => FiledGateway.Fact(entry, "change") == FiledGateway.Fact(undone, "change"));
        Assert.Equal([second.Digest], await gateway.FindAsync(second.Digest, withReplaced: false)); // in force since the start
    }

    // A record that could not be removed is written again at a start, and undoes nothing else: the configuration was in force at another time.
    [Fact]
    public async Task AnEntryThatIsThereTwice_TakesOneChangeBack()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.Recorder.InForce!;
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        Assert.True(await gateway.Recorder.RecordAppliedAsync(first, 3, ConfigurationOrigin.Reload, []));
        var record = gateway.Recorder.Store.Change.Read()!;
        Assert.True(await gateway.Recorder.RecordRefusedAsync(first, 1, 2, ConfigurationOrigin.Reload, isUndone: true));
        gateway.Recorder.Store.Change.Begin(record);
        await gateway.RestartAsync();
        Assert.Equal(2, (await gateway.EntriesAsync(EntryActs.Refused)).Count);
        Assert.Equal([first.Digest], await gateway.FindAsync(first.Digest, withReplaced: false));
    }

    [Fact]
    public async Task ADamagedRecord_StopsNoStart_AndHasAnEntry()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var record = Path.Combine(gateway.Texts, "pending");
        await gateway.RestartAsync(() => File.WriteAllText(record, "damaged"));
        var entry = Assert.Single(await gateway.EntriesAsync(EntryActs.Refused));
        Assert.Equal((PendingChange.PendingDamaged, "yes"), (FiledGateway.Fact(entry, "fault"), FiledGateway.Fact(entry, "undone")));
        Assert.False(File.Exists(record));
    }

    // A full table of open files, a volume that is not there yet, another owner: none of them is damage. No other record takes the place meanwhile.
    [Fact]
    public async Task ARecordThatCannotBeReadNow_StopsNoStartAndNoReload_AndIsReadWhenItCanBe()
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.WritePolicy("bob");
        var second = ConfigurationLoader.Load(gateway.Request()).Texts!;
        Assert.True(await gateway.Recorder.RecordAppliedAsync(second, 2, ConfigurationOrigin.Reload, []));
        var (record, aside) = (Path.Combine(gateway.Texts, "pending"), Path.Combine(gateway.Folder, "aside"));
        await gateway.RestartAsync(() =>
        {
            gateway.WritePolicy("alice");
            File.Move(record, aside);
            Directory.CreateDirectory(record);
        });
        Assert.Empty(await gateway.EntriesAsync(EntryActs.Refused));
        gateway.WritePolicy("dora");
        await gateway.ReloadAsync();
        Assert.Equal([second.Digest], await gateway.FindAsync(second.Digest, withReplaced: false));
        Directory.Delete(record);
        File.Move(aside, record);
        Assert.True(await gateway.Recorder.RetryAsync());
        var undone = Assert.Single(await gateway.EntriesAsync(EntryActs.Refused));
        Assert.Equal((second.Digest, PendingChange.ProcessEnded), (FiledGateway.Fact(undone, "digest"), FiledGateway.Fact(undone, "fault")));
        Assert.Empty(await gateway.FindAsync(second.Digest, withReplaced: false));
        Assert.False(File.Exists(record));
        gateway.WritePolicy("erna");
        await gateway.ReloadAsync();
        await gateway.RestartAsync();
        Assert.Single(await gateway.EntriesAsync(EntryActs.Refused));
    }

    // The change may take a right away. What cannot be removed is about another change, or is no record.
    [Fact]
    public async Task ARecordThatCannotBeRemoved_RefusesNoReload()
    {
        await using var gateway = await FiledGateway.StartAsync();
        Directory.CreateDirectory(Path.Combine(gateway.Texts, "pending", "in the way"));
        foreach (var who in new[] { "bob", "carol" })
        {
            gateway.WritePolicy(who);
            Assert.Equal(ConfigurationLoader.Load(gateway.Request()).Texts!.Digest, await gateway.ReloadAsync());
        }

        Assert.Empty(await gateway.EntriesAsync(EntryActs.Refused));
        Assert.Equal(3, (await gateway.EntriesAsync(EntryActs.Applied)).Count);
        Assert.True(Directory.Exists(Path.Combine(gateway.Texts, "pending")));
    }

    // The log cannot be written, so the entry is written by the next process.
    [Fact]
    public async Task TheEntryThatTakesAnotherBack_OutlivesItsProcess()
    {
        var log = new BrokenLog();
        await using var gateway = await FiledGateway.StartAsync(log);
        gateway.WritePolicy("bob");
        Assert.NotEmpty(await ChangeAsync(gateway, new FaultyCallers("", Fault), () =>
        {
            log.Broken = true;
            Fault();
        }));
        await gateway.RestartAsync();
        var undone = Assert.Single(await gateway.EntriesAsync(EntryActs.Refused));
        Assert.Equal(("yes", ObservedLog.Fact(log.Durable[^1], "change")), (FiledGateway.Fact(undone, "undone"), FiledGateway.Fact(undone, "change")));
        Assert.Null(gateway.Recorder.Store.Change.Read());
    }

    // An entry never comes before one that waits for the log.
    [Fact]
    public async Task ARefusalWhileTheLogIsBroken_IsWrittenBehindThoseThatWait()
    {
        var log = new BrokenLog();
        await using var gateway = await FiledGateway.StartAsync(log);
        gateway.WritePolicy("bob");
        log.Broken = true;
        Assert.False(await gateway.Recorder.RecordRefusedAsync(null, 1, 1, ConfigurationOrigin.Reload));
        for (var i = 2; i < WaitingEntries.Most + 10; i++)
            Assert.False(await gateway.Recorder.RecordRefusedAsync(null, i, 1, ConfigurationOrigin.Reload));
        Assert.False(await gateway.Recorder.RecordRefusedAsync(null, 0, 1, ConfigurationOrigin.Reload, isUndone: true));
        log.Broken = false;
        Assert.True(await gateway.Recorder.RecordRefusedAsync(null, 1000, 1, ConfigurationOrigin.Reload));
        var faults = log.Durable.Where(entry => ObservedLog.Fact(entry, "act") == EntryActs.Refused)
            .Select(entry => int.Parse(ObservedLog.Fact(entry, "faults")!, CultureInfo.InvariantCulture));
        Assert.Equal([.. Enumerable.Range(1, WaitingEntries.Most), 0, 1000], faults);
    }

    private static void Fault() => throw new InvalidDataException("a fault for the test");

    private static void Unexpected() => throw new InvalidOperationException("a fault for the test");

    private static async Task WriteSecretAsync(string path, string value)
    {
        await File.WriteAllTextAsync(path, value, TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static ConfigurationReloader Reloader(FiledGateway gateway, FaultyCallers callers)
    {
        var services = gateway.Host.Core.Services;
        return new ConfigurationReloader(
            services, callers, gateway.Host.Core.Registry, new StreamRights(services.Snapshots, callers, TimeProvider.System));
    }

    private static async Task<IReadOnlyList<string>> ChangeAsync(
        FiledGateway gateway, FaultyCallers callers, Action? writeFiles = null, Action? read = null)
    {
        using var turn = new SnapshotTurn();
        var reloader = Reloader(gateway, callers);
        return await turn.RunAsync(() => reloader.ChangeAsync(new ConfigurationChange(
            () =>
            {
                read?.Invoke();
                return ConfigurationLoader.Load(gateway.Request());
            }, ConfigurationOrigin.Reload)
        { WriteFiles = writeFiles }));
    }

    /// <summary>Callers whose part of a new configuration has a fault in one place.</summary>
    private sealed class FaultyCallers(string place, Action fault) : ICallerAuthentication
    {
        public SecretReference? Secret { get; init; }

        public Action OnBefore { get; init; } = static () => { };

        public Action OnAfter { get; init; } = static () => { };

        /// <summary>True when all that comes after the configuration is in force was asked for.</summary>
        public bool IsUsed { get; private set; }

        public PreparedAuthentication First => throw new InvalidOperationException("the gateway has started");

        public IEnumerable<SecretUse> SecretsOf(GatewaySettings settings)
        {
            if (place == "secrets") fault();
            return Secret is { } secret ? [new SecretUse("a", secret)] : [];
        }

        public string? RestartNeeded(GatewaySettings current, GatewaySettings next) => null;

        public PreparedAuthentication Prepare(GatewaySettings next)
        {
            if (place == "prepare") fault();
            return new PreparedAuthentication(static snapshot => snapshot)
            {
                BeforeForce = place == "before" ? fault : OnBefore,
                AfterForce = () =>
                {
                    IsUsed = true;
                    OnAfter();
                    if (place == "authentication") fault();
                },
            };
        }

        public bool MayStay(GatewaySnapshot snapshot, Exchange exchange) => true;

        public void Sweep()
        {
            // Not of interest here.
        }
    }
}
