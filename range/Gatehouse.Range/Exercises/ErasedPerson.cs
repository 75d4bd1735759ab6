using System.Text;
using System.Text.Json;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;
using Gatehouse.Gateway;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Records;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

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
        "Mallory has a copy of the log's files, or runs the tool later. Mallory looks for the person's name in the files, reads the log, the index, kept "
            + "requests and earlier configurations with all keys that are left, and puts an older copy of the keys back.",
        "In Gatehouse's log the name is sealed under a key of that person. The command destroys the key, the index, the kept requests and the texts of "
            + "configurations. The list of destroyed keys outlives a restored copy.",
        "With entries and requests that are written as they are, and an erasure that only destroys keys, the name is found in every place again.");

    internal override Task<IErasableLog> OpenUnguardedAsync(RangeFixture fixture) =>
        Task.FromResult<IErasableLog>(new ChainedLog(fixture.AnotherFolder("chain")));

    internal override Task<IErasableLog> OpenGuardedAsync(RangeFixture fixture) =>
        Task.FromResult<IErasableLog>(new GatewayOfPersons(fixture, isReplaced: false));

    internal override Task<IErasableLog> OpenReplacedAsync(RangeFixture fixture) =>
        Task.FromResult<IErasableLog>(new GatewayOfPersons(fixture, isReplaced: true));

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
        attempts.AddRange((await subject.LookAsync(person).ConfigureAwait(false)).Select(static one => Of(one.Place, one.IsFound)));
        await subject.RestoreKeysAsync(copy).ConfigureAwait(false);
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
        .Where(file => Path.GetFileName(file) != "lock").Any(file => HasText(Bytes(file), text));

    private static bool HasText(ReadOnlySpan<byte> bytes, string text) => bytes.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    private static byte[] Bytes(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    // A gateway that was started from files, with everything that says something about a person. The double of the erasure destroys keys only, and
    // that of the sealing leaves entries and requests as they are.
    private sealed class GatewayOfPersons(RangeFixture fixture, bool isReplaced) : IErasableLog
    {
        private const string Issuer = "https://login.example";

        private readonly string folder = fixture.AnotherFolder("gateway");
        private readonly string exchange = Ids.New(TimeProvider.System);
        private GatewayHost? host;

        public string Folder => folder;

        private string Log => Path.Combine(folder, "audit");

        private string PolicyFile => Path.Combine(folder, "team.yaml");

        private GatewayServices Services => host!.Core.Services;

        public async Task WriteAsync(string person)
        {
            if (host is null) await StartAsync().ConfigureAwait(false);
            var request = Encoding.UTF8.GetBytes($"{{\"method\":\"tools/call\",\"params\":{{\"about\":\"{person}\"}}}}");
            var now = TimeProvider.System.GetUtcNow();
            await Services.Audit.AppendDurableAsync(new AuditEntry
            {
                Kind = AuditEntryKind.Begun,
                ExchangeId = exchange,
                At = now,
                Method = "tools/call",
                Issuer = Issuer,
                Subject = person,
                Payload = new AuditPayload(isReplaced ? person
                    : Services.PayloadBoxes.Seal(new SubjectOwner(Issuer, person), now, exchange, request), AuditPayload.Whole, request.Length),
            }).ConfigureAwait(false);
            foreach (var name in (string[])[person, "bob"])
            {
                await File.WriteAllTextAsync(PolicyFile, Policy(name)).ConfigureAwait(false);
                await host!.ReloadAsync().ConfigureAwait(false);
            }

            await Services.Audit.PublishAsync().ConfigureAwait(false);
            await Services.AuditIndex.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        }

        public async Task EraseAsync(string person)
        {
            if (isReplaced)
            {
                Services.SubjectKeys.Destroy(Services.SubjectKeys.PseudonymsOf(new SubjectOwner(Issuer, person), withoutIssuer: true));
                return;
            }

            await ErasureAtGateway.EraseAsync(host!, Issuer, person).ConfigureAwait(false);
        }

        public async Task<IReadOnlyList<(string Place, bool IsFound)>> LookAsync(string person)
        {
            var page = await Services.AuditIndex.FindAsync(new EntryFilter { Person = person }, null, CancellationToken.None).ConfigureAwait(false);
            var texts = Services.Configurations.Store;
            return
            [
                ("index", page.Entries.Count > 0),
                ("kept request", Directory.EnumerateFiles(Log, "*", SearchOption.AllDirectories)
                    .Where(static file => file.Contains("payloads", StringComparison.Ordinal)).Any(file => Opens(file, person))),
                ("kept configuration", texts.Kept().Any(digest => texts.Read(digest)?.Files.Any(file => HasText(file.Content.Span, person)) == true)),
            ];
        }

        public string Read() => string.Join('\n', OpenedLog.Read(Log, TimeProvider.System).SelectMany(entry => entry.EnumerateObject())
            .Where(member => member.Value.ValueKind == JsonValueKind.String).Select(member => member.Value.GetString()));

        public IReadOnlyDictionary<string, byte[]> CopyKeys() => KeyFiles().ToDictionary(file => file, Bytes, StringComparer.Ordinal);

        public async Task RestoreKeysAsync(IReadOnlyDictionary<string, byte[]> copy)
        {
            await host!.DisposeAsync().ConfigureAwait(false);
            foreach (var file in KeyFiles()) File.Delete(file);
            foreach (var (file, bytes) in copy) File.WriteAllBytes(file, bytes);
        }

        private bool Opens(string file, string person)
        {
            var bytes = Bytes(file);
            return HasText(bytes, person)
                || (Services.PayloadBoxes.TryOpen(exchange, Encoding.ASCII.GetString(bytes), out var request) && HasText(request, person));
        }

        private string[] KeyFiles() => Directory.GetFiles(folder, Path.GetFileName(StoredSubjectKeys.Table(folder)) + "*");

        private async Task StartAsync()
        {
            var (main, url) = (Path.Combine(folder, "gatehouse.yaml"), $"http://127.0.0.1:{Loopback.FreePort()}");
            await File.WriteAllTextAsync(main,
                $"version: 1\npublicUrl: {url}\nlisten:\n  url: {url}\nstate: {folder}\nadministration:\n  who:\n    subjects: [{ErasureAtGateway.Eraser}]\n  reading:\n    erase:\n"
                    + $"      subjects: [{ErasureAtGateway.Eraser}]\nservers:\n  up:\n    url: http://127.0.0.1:1/\npolicyFiles: [team.yaml]\n").ConfigureAwait(false);
            await File.WriteAllTextAsync(PolicyFile, Policy("bob")).ConfigureAwait(false);
            var request = new ConfigurationRequest { Path = main, Development = true, Environment = static _ => null };
            var first = ConfigurationLoader.Load(request);
            host = fixture.Own(await GatewayHost.StartAsync(first.Settings!, new GatewayHostOptions
            {
                Replacements = isReplaced
                    ? PartReplacements.None.Put<IEntryProtector>(PartNames.EntryProtector, new PlainEntries()) : PartReplacements.None,
                Configuration = first.Texts,
                Reload = () => ConfigurationLoader.Load(request),
                ReadStored = stored => ConfigurationLoader.Load(request with { Instead = stored }),
            }).ConfigureAwait(false));
        }

        private static string Policy(string person) =>
            $"version: 1\nrules:\n  - id: team\n    permit:\n      subjects: [\"{person}\"]\n      servers: [up]\n";
    }
}
