using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;
using Gatehouse.Gateway;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Development;
using Gatehouse.Ipc;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A policy is weakened for ten minutes and put back, and the stored copy of the good one is exchanged.</summary>
public sealed class WeakenedConfiguration : OfflineExercise<IVersionedConfiguration>
{
    private const string Victim = "alice";
    private const string Attacker = "mallory";
    private const string Administrator = "carol";

    /// <inheritdoc />
    public override string Id => "weakened-configuration";

    /// <inheritdoc />
    public override string Title => "Policy weakened for ten minutes";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["CO-02"];

    /// <inheritdoc />
    public override string Protection => "command config rollback, stored texts checked against the digest in the audit log";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy writes one line to its log when its configuration is read again. Copies of earlier configurations are in a folder.",
        "Mallory can write the files. Mallory puts a policy in force that permits Mallory everything, uses it, and puts the good policy back. Later Mallory "
            + "exchanges the copy of the good policy, and the operator rolls back to it.",
        "Gatehouse records each configuration with the digest of its texts, and who put it in force. A rollback uses stored texts only if they have the "
            + "digest that the log names.",
        "With a log of reloads and plain copies, the weak policy leaves no trace, and the rollback puts Mallory's policy in force again.");

    internal override Task<IVersionedConfiguration> OpenUnguardedAsync(RangeFixture fixture)
    {
        var folder = fixture.AnotherFolder("copies");
        var log = new List<string>();
        return Task.FromResult<IVersionedConfiguration>(new CopiedConfiguration(folder, Path.Combine(folder, "policy.yaml"), Policy,
            () =>
            {
                log.Add("reload");
                return Task.CompletedTask;
            },
            () => Task.FromResult<IReadOnlyCollection<string>>([.. log.Distinct(StringComparer.Ordinal)])));
    }

    internal override async Task<IVersionedConfiguration> OpenGuardedAsync(RangeFixture fixture) =>
        await RecordedConfiguration.StartAsync(fixture, isRecorded: true).ConfigureAwait(false);

    internal override async Task<IVersionedConfiguration> OpenReplacedAsync(RangeFixture fixture)
    {
        var gateway = await RecordedConfiguration.StartAsync(fixture, isRecorded: false).ConfigureAwait(false);
        return new CopiedConfiguration(fixture.AnotherFolder("copies"), gateway.PolicyFile, Policy, gateway.ReloadAsync, gateway.NamedByLogAsync);
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(IVersionedConfiguration subject, RangeFixture fixture)
    {
        var good = await subject.ApplyAsync(Victim).ConfigureAwait(false);
        var weak = await subject.ApplyAsync(Attacker).ConfigureAwait(false);
        _ = await subject.ApplyAsync(Victim).ConfigureAwait(false);
        var isHidden = (await subject.NamedByLogAsync().ConfigureAwait(false)).Count < 2;
        subject.ExchangeCopy(good, weak);
        await subject.RollBackAsync(good).ConfigureAwait(false);
        var isPutBack = subject.Policy().Contains(Attacker, StringComparison.Ordinal);
        return
        [
            new Attempt("weak for ten minutes", isHidden, isHidden ? "the log does not tell the policies apart" : "the log names both configurations"),
            new Attempt("exchanged copy", isPutBack, isPutBack ? "the rollback put Mallory's policy in force" : "the exchanged copy was not used"),
        ];
    }

    internal override async Task<bool> UseHonestlyAsync(IVersionedConfiguration subject, RangeFixture fixture)
    {
        var first = await subject.ApplyAsync(Victim).ConfigureAwait(false);
        await subject.ApplyAsync("bob").ConfigureAwait(false);
        await subject.RollBackAsync(first).ConfigureAwait(false);
        return subject.Policy().Contains(Victim, StringComparison.Ordinal);
    }

    private static string Policy(string person) =>
        $"version: 1\nrules:\n  - id: team\n    permit:\n      subjects: [{person}]\n      servers: [up]\n";

    // A gateway that was started from files, as its operator and its administrators use it.
    private sealed class RecordedConfiguration : IVersionedConfiguration
    {
        private readonly string folder;
        private GatewayHost host = null!;

        private RecordedConfiguration(string folder) => this.folder = folder;

        public string PolicyFile => Path.Combine(folder, "team.yaml");

        private string Main => Path.Combine(folder, "gatehouse.yaml");

        public static async Task<RecordedConfiguration> StartAsync(RangeFixture fixture, bool isRecorded)
        {
            var gateway = new RecordedConfiguration(fixture.AnotherFolder("configuration"));
            var url = $"http://127.0.0.1:{Loopback.FreePort()}";
            await File.WriteAllTextAsync(gateway.Main,
                $"version: 1\npublicUrl: {url}\nlisten:\n  url: {url}\nstate: {Path.Combine(gateway.folder, "state")}\nadministration:\n  who:\n    subjects: "
                    + $"[{Administrator}]\nservers:\n  up:\n    url: http://127.0.0.1:1/\npolicyFiles: [team.yaml]\n").ConfigureAwait(false);
            await File.WriteAllTextAsync(gateway.PolicyFile, Policy(Victim)).ConfigureAwait(false);
            await gateway.StartHostAsync(fixture, isRecorded).ConfigureAwait(false);
            return gateway;
        }

        public async Task<string> ApplyAsync(string person)
        {
            await File.WriteAllTextAsync(PolicyFile, Policy(person)).ConfigureAwait(false);
            await ReloadAsync().ConfigureAwait(false);
            return host.Core.Services.Configurations.InForce!.Digest;
        }

        public Task<IReadOnlyList<string>> ReloadAsync() => host.ReloadAsync();

        public async Task<IReadOnlyCollection<string>> NamedByLogAsync()
        {
            await host.Core.Services.Audit.FlushAsync().ConfigureAwait(false);
            return [.. OpenedLog.Read(host.State.Audit, TimeProvider.System).Select(entry => new EntryFacts(entry))
                .Where(entry => entry.Act == EntryActs.Applied).Select(entry => entry.Text("digest")!).Distinct(StringComparer.Ordinal)];
        }

        // The files of the texts are sealed: whoever can only write the folder has no others to put there.
        public void ExchangeCopy(string of, string by)
        {
            var store = host.Core.Services.Configurations.Store;
            var (one, other) = (store.Read(of)!.Find(PolicyFile)!.Digest, store.Read(by)!.Find(PolicyFile)!.Digest);
            File.Copy(Path.Combine(store.Path, other + ".text"), Path.Combine(store.Path, one + ".text"), overwrite: true);
        }

        public async Task RollBackAsync(string name)
        {
            using var token = host.Development!.Mint(new DevelopmentGrant
            {
                Subject = Administrator,
                Audience = host.Snapshots.Current.Settings.AdministrationResource,
                ClientId = AdministrationToken.Console,
                Lifetime = TimeSpan.FromMinutes(5),
            });
            await GatewayAdministration.ControlOf(host).HandleAsync(
                new RollBackConfiguration(name, "exercise"), new PeerAccount(1, PeerAccount.OwnUserId()), token.Reveal().ToString()).ConfigureAwait(false);
        }

        public string Policy() => File.ReadAllText(PolicyFile);

        private async Task StartHostAsync(RangeFixture fixture, bool isRecorded)
        {
            var request = new ConfigurationRequest { Path = Main, Development = true, Environment = static _ => null };
            var first = ConfigurationLoader.Load(request);
            host = fixture.Own(await GatewayHost.StartAsync(first.Settings!, new GatewayHostOptions
            {
                Configuration = isRecorded ? first.Texts : null,
                Reload = () => isRecorded ? ConfigurationLoader.Load(request) : ConfigurationLoader.Load(request) with { Texts = null },
                ReadStored = stored => ConfigurationLoader.Load(request with { Instead = stored }),
            }).ConfigureAwait(false));
        }

        private static string Policy(string person) => WeakenedConfiguration.Policy(person);
    }
}
