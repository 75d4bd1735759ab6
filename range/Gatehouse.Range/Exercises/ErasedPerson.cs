using System.Text;
using System.Text.Json;
using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline.Records;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Storage;

namespace Gatehouse.Range.Exercises;

/// <summary>A person who was erased is found again in a log that can never be changed.</summary>
public sealed class ErasedPerson : OfflineExercise<IErasableLog>
{
    /// <inheritdoc />
    public override string Id => "erased-person";

    /// <inheritdoc />
    public override string Title => "Erased person found again";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["DP-03"];

    /// <inheritdoc />
    public override string Protection => "command audit erase, facts about persons sealed under keys that it destroys";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "An audit log keeps every line, because each one is part of a chain. A person asks to be erased. The tool takes the person out of its search.",
        "Mallory has a copy of the log's files, or runs the tool later. Mallory looks for the person's name in the files, reads the log with all keys that "
            + "are left, and puts an older copy of the keys back.",
        "In Gatehouse's log the name is sealed under a key of that person, and the key is destroyed. The list of destroyed keys outlives a restored copy.",
        "With entries that are written as they are, the name is in the files again.");

    internal override Task<IErasableLog> OpenUnguardedAsync(RangeFixture fixture) =>
        Task.FromResult<IErasableLog>(new ChainedLog(fixture.AnotherFolder("chain")));

    internal override Task<IErasableLog> OpenGuardedAsync(RangeFixture fixture) =>
        Task.FromResult<IErasableLog>(new EvidenceOfPersons(Path.Combine(fixture.AnotherFolder("log"), "state"), static keys => new EntryProtector(keys)));

    internal override Task<IErasableLog> OpenReplacedAsync(RangeFixture fixture) =>
        Task.FromResult<IErasableLog>(new EvidenceOfPersons(Path.Combine(fixture.AnotherFolder("log"), "state"), static _ => new PlainEntries()));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(IErasableLog subject, RangeFixture fixture)
    {
        var person = "erased " + fixture.Canary.Secret;
        await subject.WriteAsync(person).ConfigureAwait(false);
        var copy = subject.CopyKeys();
        await subject.EraseAsync(person).ConfigureAwait(false);
        var attempts = new List<Attempt>
        {
            Of("files", Hold(subject.Folder, person)),
            Of("reader with the keys that are left", subject.Read().Contains(person, StringComparison.Ordinal)),
        };
        subject.RestoreKeys(copy);
        attempts.Add(Of("reader with an older copy of the keys", subject.Read().Contains(person, StringComparison.Ordinal)));
        return attempts;
    }

    internal override async Task<bool> UseHonestlyAsync(IErasableLog subject, RangeFixture fixture)
    {
        var (gone, kept) = ("gone " + fixture.Canary.Secret, "kept " + fixture.Canary.Secret);
        foreach (var person in (string[])[gone, kept]) await subject.WriteAsync(person).ConfigureAwait(false);
        await subject.EraseAsync(gone).ConfigureAwait(false);
        return subject.Read().Contains(kept, StringComparison.Ordinal);
    }

    private static Attempt Of(string name, bool found) => new(name, found, found ? "the person is found" : "the person is not found");

    private static bool Hold(string folder, string text) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file) != "lock").Any(file => Bytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    private static byte[] Bytes(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    // The log of a gateway: the same writer and the same keys, with a protector of the variant's.
    private sealed class EvidenceOfPersons(string state, Func<SubjectKeys, IEntryProtector> protectorOf) : IErasableLog
    {
        private const string Issuer = "https://login.example";

        private readonly KeyRing ring = KeyRing.OpenOrCreate(Path.Combine(state, "keyring.json"), TimeProvider.System);

        public string Folder => state;

        private string Log => Path.Combine(state, "audit");

        public async Task WriteAsync(string person)
        {
            using var keys = Keys();
            var options = new AuditLogOptions { Directory = Log, Protector = protectorOf(keys) };
            var log = GroupCommitLog.Open(options, new SealedLogKeys(ring, Path.Combine(state, "audit-keys"), "range.example"));
            await using (log.ConfigureAwait(false))
            {
                await log.AppendDurableAsync(new AuditEntry
                {
                    Kind = AuditEntryKind.Ended,
                    ExchangeId = Ids.New(TimeProvider.System),
                    At = TimeProvider.System.GetUtcNow(),
                    Method = "tools/call",
                    Issuer = Issuer,
                    Subject = person,
                }).ConfigureAwait(false);
            }
        }

        public Task EraseAsync(string person)
        {
            using var keys = Keys();
            keys.Destroy(keys.PseudonymsOf(new SubjectOwner(Issuer, person), withoutIssuer: true));
            return Task.CompletedTask;
        }

        public string Read() => string.Join('\n', OpenedLog.Read(Log, TimeProvider.System).SelectMany(entry => entry.EnumerateObject())
            .Where(member => member.Value.ValueKind == JsonValueKind.String).Select(member => member.Value.GetString()));

        public IReadOnlyDictionary<string, byte[]> CopyKeys() => Files().ToDictionary(file => file, Bytes, StringComparer.Ordinal);

        public void RestoreKeys(IReadOnlyDictionary<string, byte[]> copy)
        {
            foreach (var file in Files()) File.Delete(file);
            foreach (var (file, bytes) in copy) File.WriteAllBytes(file, bytes);
        }

        private string[] Files() => Directory.GetFiles(state, Path.GetFileName(StoredSubjectKeys.Table(state)) + "*");

        private SubjectKeys Keys() => StoredSubjectKeys.Open(state, ring, TimeProvider.System, out _);
    }
}
