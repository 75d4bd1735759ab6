using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Stores;
using Gatehouse.Ipc;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>An older copy of the store is put back, or the store is deleted, and what was contained since then is contained no longer.</summary>
public sealed class ReplacedStore : OfflineExercise<Func<Task<IContainingProxy>>>
{
    /// <inheritdoc />
    public override string Id => "replaced-store";

    /// <inheritdoc />
    public override string Title => "Containment lifted by an older copy of the store";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["IR-01"];

    /// <inheritdoc />
    public override string Protection => "command status, the alarm about a store that is missing or has fewer commits than the record beside it";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy keeps what is out of service in a file. At a start it believes the file that it finds, and without one it begins a new one.",
        "Mallory's server is taken out of service. Mallory can write the file of the store, and neither the key ring nor the log. While the proxy is "
            + "stopped for an update, Mallory puts a copy of the day before in its place, or deletes it. After the start the server answers again.",
        "Gatehouse counts the commits in its store, and seals the last count in a file beside it. At a start it compares both. gatehouse status "
            + "shows an alarm until a person acknowledges it, and the log keeps an entry.",
        "Without the comparison and the alarm about a missing store, the containment is gone and nothing says so.")
    {
        NotDefended = "The check detects and does not prevent: the server answers until a person sees the alarm, and contains it again or puts the "
            + "newest store back. Older copies of the store and of the file beside it together are not noticed. Let only the account of the gateway "
            + "write the state folder. The log still has the entry of the containment.",
    };

    internal override Task<Func<Task<IContainingProxy>>> OpenUnguardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<Task<IContainingProxy>>>(() => ListedBlocks.OpenAsync(fixture));

    internal override Task<Func<Task<IContainingProxy>>> OpenGuardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<Task<IContainingProxy>>>(() => StoringGateway.OpenAsync(fixture, static () => PartReplacements.None));

    internal override Task<Func<Task<IContainingProxy>>> OpenReplacedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<Task<IContainingProxy>>>(() => StoringGateway.OpenAsync(fixture, static () => PartReplacements.None
            .Put<StoreComparison>(StorePartNames.Comparison, static (_, _) => null)
            .Around(StorePartNames.Alarm, static real => new UnreportedLoss(real))));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Func<Task<IContainingProxy>> subject, RangeFixture fixture)
    {
        var older = await LiftAsync(subject, fixture, static (proxy, copies) => File.WriteAllBytes(proxy.Store, copies[proxy.Store]))
            .ConfigureAwait(false);
        var deleted = await LiftAsync(subject, fixture, static (proxy, _) => Delete(proxy.Store)).ConfigureAwait(false);
        var both = await LiftAsync(subject, fixture, static (_, copies) => PutBack(copies)).ConfigureAwait(false);
        return
        [
            Silent("an older copy of the store", older),
            Silent("a deleted store", deleted),
            new Attempt("the containment after the older copy", older.Answers, older.Answers ? "the server answers again" : "no answer")
            { IsNotDefended = true },
            Silent("older copies of the store and of the file beside it", both) with { IsNotDefended = true },
        ];
    }

    /// <summary>A containment outlives an update of the proxy, and nothing is reported.</summary>
    internal override async Task<bool> UseHonestlyAsync(Func<Task<IContainingProxy>> subject, RangeFixture fixture)
    {
        var proxy = await subject().ConfigureAwait(false);
        if (!await AnswersAsync(proxy, fixture).ConfigureAwait(false)) return false;
        await proxy.ContainAsync().ConfigureAwait(false);
        await proxy.StopAsync().ConfigureAwait(false);
        await proxy.StartAsync().ConfigureAwait(false);
        return !await AnswersAsync(proxy, fixture).ConfigureAwait(false) && !await proxy.IsReportedAsync().ConfigureAwait(false);
    }

    // The copies are from before the containment, as a nightly copy of the folder has them.
    private static async Task<(bool Answers, bool IsReported)> LiftAsync(
        Func<Task<IContainingProxy>> subject, RangeFixture fixture, Action<IContainingProxy, IReadOnlyDictionary<string, byte[]>> replace)
    {
        var proxy = await subject().ConfigureAwait(false);
        await proxy.StopAsync().ConfigureAwait(false);
        string[] files = proxy.Record is { } record ? [proxy.Store, record] : [proxy.Store];
        var copies = files.ToDictionary(static file => file, File.ReadAllBytes, StringComparer.Ordinal);
        await proxy.StartAsync().ConfigureAwait(false);
        await proxy.ContainAsync().ConfigureAwait(false);
        if (await AnswersAsync(proxy, fixture).ConfigureAwait(false)) throw new InvalidOperationException("the server could not be contained");
        await proxy.StopAsync().ConfigureAwait(false);
        replace(proxy, copies);
        await proxy.StartAsync().ConfigureAwait(false);
        return (await AnswersAsync(proxy, fixture).ConfigureAwait(false), await proxy.IsReportedAsync().ConfigureAwait(false));
    }

    private static Attempt Silent(string name, (bool Answers, bool IsReported) after) => new(name, after is { Answers: true, IsReported: false },
        after.Answers ? $"the server answers again, and {(after.IsReported ? "the state and the log say why" : "nothing says so")}" : "no answer");

    private static async Task<bool> AnswersAsync(IContainingProxy proxy, RangeFixture fixture)
    {
        var client = fixture.ContextAt(proxy.Endpoint).As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        return (await client.CallAsync("echo", new { text = "are you there?" }).ConfigureAwait(false)).Holds("are you there?");
    }

    private static void PutBack(IReadOnlyDictionary<string, byte[]> copies)
    {
        foreach (var (file, bytes) in copies) File.WriteAllBytes(file, bytes);
    }

    private static void Delete(string store)
    {
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(store)!, Path.GetFileName(store) + "*")) File.Delete(file);
    }

    // A gateway that is stopped and started with one state folder.
    private sealed class StoringGateway(RangeFixture fixture, GatewaySettings settings, Func<PartReplacements> replace) : IContainingProxy
    {
        private static readonly string[] Reports = ["store.replaced", "store.lost"];

        private GatewayHost host = null!;

        public Uri Endpoint { get; } = new(settings.Resource(settings.Servers[0]));

        public string Store => new StateDirectory(settings.StateDirectory).Store;

        public string Record => new StateDirectory(settings.StateDirectory).StoreCommits;

        public static async Task<IContainingProxy> OpenAsync(RangeFixture fixture, Func<PartReplacements> replace)
        {
            var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
            var url = new Uri($"http://127.0.0.1:{Loopback.FreePort()}");
            var gateway = new StoringGateway(fixture, new GatewaySettings
            {
                PublicUrl = url,
                Listen = new ListenSettings { Url = url },
                Servers = [Upstream.Http(server.Url)],
                Rules = [Policies.Everything],
                Issuers = [new IssuerSettings { Issuer = fixture.Issuer.Name }],
                StateDirectory = fixture.AnotherFolder("gateway"),
                Administration = new AdministrationSettings { Who = new WhoClause { Subjects = new NameSet([AdministratorAtGateway.Person]) } },
            }, replace);
            await gateway.StartAsync().ConfigureAwait(false);
            return gateway;
        }

        public async Task ContainAsync() => await new AdministratorAtGateway(host, fixture.Issuer).ContainAsync(null).ConfigureAwait(false);

        public async Task StopAsync() => await host.DisposeAsync().ConfigureAwait(false);

        public async Task StartAsync() => host = fixture.Own(
            await GatewayHost.StartAsync(settings, new GatewayHostOptions { Log = fixture.Log, Replacements = replace() }).ConfigureAwait(false));

        public async Task<bool> IsReportedAsync()
        {
            var status = await GatewayAdministration.ControlOf(host).HandleAsync(
                new ShowStatus(), new PeerAccount(Environment.ProcessId, PeerAccount.OwnUserId())).ConfigureAwait(false);
            await host.Core.Services.Audit.FlushAsync().ConfigureAwait(false);
            var isInLog = OpenedLog.Read(host.State.Audit, TimeProvider.System).Any(static entry => Reports.Contains(new EntryFacts(entry).Act));
            return isInLog && status.As<StatusReport>().Facts.ContainsKey("store.alarm");
        }
    }
}
