using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline.Records;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Storage;

namespace Gatehouse.Range.Exercises;

/// <summary>A person who can write the folder of the logs, and has no key, puts another log in the place of the gateway's.</summary>
public sealed class ReplacedLog : OfflineExercise<Func<LogPlace, Task<string?>>>
{
    private const string FirstLog = "log-0001";

    /// <inheritdoc />
    public override string Id => "replaced-log";

    /// <inheritdoc />
    public override string Title => "Forged log that the gateway vouches for";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AU-02"];

    /// <inheritdoc />
    public override string Protection => "command serve, records of its logs beside their keys";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A gateway that loses the key of its log begins another one. The first entry of the new log names the log before it, with size and root, and "
            + "the new key signs that.",
        "Mallory can write the folder of the logs, and has none of the keys. Mallory makes a log with a gateway of their own, and puts it in the place of the "
            + "log with the evidence, or behind it. At its next start the gateway finds a log for which it has no key.",
        "The gateway knows from the records beside its keys which logs it wrote. The new log names the real one, with the size and root that were "
            + "published last. After a real loss of the keys, it names the log in the folder.",
        "With keys that keep no records, the new log names the forged one, and signs its size and root.");

    internal override Task<Func<LogPlace, Task<string?>>> OpenUnguardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<LogPlace, Task<string?>>>(TrustingLog.OpenAsync);

    internal override Task<Func<LogPlace, Task<string?>>> OpenGuardedAsync(RangeFixture fixture)
    {
        var ring = KeyRing.CreateInMemory(TimeProvider.System);
        return Task.FromResult<Func<LogPlace, Task<string?>>>(place => OpenAsync(place, KeysOf(ring, place)));
    }

    internal override Task<Func<LogPlace, Task<string?>>> OpenReplacedAsync(RangeFixture fixture)
    {
        var ring = KeyRing.CreateInMemory(TimeProvider.System);
        return Task.FromResult<Func<LogPlace, Task<string?>>>(place => OpenAsync(place, new KeysWithoutRecords(KeysOf(ring, place))));
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Func<LogPlace, Task<string?>> subject, RangeFixture fixture) =>
    [
        await AttackAsync(subject, fixture, "a forged log in the place of the real one", FirstLog, isInPlace: true).ConfigureAwait(false),
        await AttackAsync(subject, fixture, "a forged log behind the real one", "log-0002", isInPlace: false).ConfigureAwait(false),
    ];

    internal override async Task<bool> UseHonestlyAsync(Func<LogPlace, Task<string?>> subject, RangeFixture fixture)
    {
        var place = PlaceIn(fixture, "honest");
        if (await subject(place).ConfigureAwait(false) is not null) return false;
        var origin = OriginOf(place.Logs, FirstLog);
        Directory.Delete(place.Keys, recursive: true);
        return await subject(place).ConfigureAwait(false) == origin;
    }

    private static async Task<Attempt> AttackAsync(
        Func<LogPlace, Task<string?>> subject, RangeFixture fixture, string name, string forged, bool isInPlace)
    {
        var (place, own) = (PlaceIn(fixture, "gateway"), PlaceIn(fixture, "forger"));
        await subject(place).ConfigureAwait(false);
        await subject(own).ConfigureAwait(false);
        var target = Path.Combine(place.Logs, forged);
        var real = OriginOf(place.Logs, FirstLog);
        if (isInPlace) Directory.Delete(target, recursive: true);
        Directory.Move(Path.Combine(own.Logs, FirstLog), target);
        var origin = OriginOf(place.Logs, forged);
        var named = await subject(place).ConfigureAwait(false);
        return new Attempt(name, named != real, named == origin ? "the new log names the forged one"
            : named == real ? "the new log names the real one" : "the new log does not name the real one");
    }

    private static LogPlace PlaceIn(RangeFixture fixture, string name)
    {
        var folder = fixture.AnotherFolder(name);
        return new LogPlace(Path.Combine(folder, "audit"), Path.Combine(folder, "keys"));
    }

    private static string? OriginOf(string logs, string log) =>
        NoteKey.TryParse(File.ReadLines(Path.Combine(logs, log, LogLayout.Keys)).First(), out var key, out _) ? key.Name : null;

    private static SealedLogKeys KeysOf(KeyRing ring, LogPlace place) => new(ring, place.Keys, "gateway.example");

    // Opens the log as a gateway does at its start, writes an entry, and ends. Returns the log that the newest one names as the one before it.
    private static async Task<string?> OpenAsync(LogPlace place, ILogKeys keys)
    {
        var log = GroupCommitLog.Open(new AuditLogOptions { Directory = place.Logs }, keys);
        await using (log.ConfigureAwait(false))
        {
            await log.AppendDurableAsync(new AuditEntry
            {
                Kind = AuditEntryKind.Control,
                ExchangeId = Ids.New(TimeProvider.System),
                At = TimeProvider.System.GetUtcNow(),
                Facts = [KeyValuePair.Create("act", "start")],
            }).ConfigureAwait(false);
            await log.PublishAsync().ConfigureAwait(false);
        }

        var birth = AuditLogReader.Read(place.Logs).Last(static entry => entry.TryGetProperty("act", out var act) && act.ValueEquals("log.birth"u8));
        return birth.TryGetProperty("previous", out var previous) ? previous.GetString() : null;
    }

    /// <summary>Keys without records of the logs that they signed for.</summary>
    private sealed class KeysWithoutRecords(ILogKeys keys) : ILogKeys
    {
        public string NewOrigin() => keys.NewOrigin();

        public IReadOnlyList<NoteSigner> Create(string origin) => keys.Create(origin);

        public void StorePublished(string origin, long size, TreeHash root) => keys.StorePublished(origin, size, root);

        public (long Size, TreeHash Root)? Published(string origin) => keys.Published(origin);

        public void StoreLosses(string origin, LossRecord? losses) => keys.StoreLosses(origin, losses);

        public LossRecord? Losses(string origin) => keys.Losses(origin);

        public void Remember(string origin, int number)
        {
        }

        public IReadOnlyList<RecordedLog> Others(IReadOnlyCollection<string> origins) => [];

        public RecordedLog? Recorded(string origin) => null;

        public IReadOnlyList<NoteSigner>? Open(string origin) => keys.Open(origin);
    }
}
