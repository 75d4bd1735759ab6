using Gatehouse.Gateway;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A person is revoked while the store hangs, and a call in progress runs on until the store answers.</summary>
public sealed class RevokedWhileStoreHangs : OfflineExercise<IRevokingProxy>
{
    // For the end of the call. SQLite waits 30 s for another program.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public override string Id => "revoked-while-store-hangs";

    /// <inheritdoc />
    public override string Title => "Revoked call that runs on while the store hangs";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-07"];

    /// <inheritdoc />
    public override string Protection => "command revoke, the end of calls in progress before the store has the revocation";

    /// <inheritdoc />
    public override Need Needs => Need.Python;

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy asks its list of revoked people when a request begins. A revocation ends calls in progress once the store has it.",
        "A call of Mallory is in progress at the server. Another program, or a full disk, keeps the store from answering. The security team revokes "
            + "Mallory. New requests are refused, and the answer to the call still reaches Mallory.",
        "Gatehouse has the revocation in memory before it asks the store, and ends calls and streams of the person meanwhile. The answer to the "
            + "administrator waits for the store, and says what was not stored.",
        "With steps one after the other, the call runs on until the store answers.");

    internal override Task<IRevokingProxy> OpenUnguardedAsync(RangeFixture fixture) => StoredRevocations.StartAsync(fixture);

    internal override Task<IRevokingProxy> OpenGuardedAsync(RangeFixture fixture) => RevokingGateway.StartAsync(fixture, PartReplacements.None);

    internal override Task<IRevokingProxy> OpenReplacedAsync(RangeFixture fixture) => RevokingGateway.StartAsync(
        fixture, PartReplacements.None.Put<Func<RevocationSteps>>(RevocationSteps.Part, static () => new StoreFirst()));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(IRevokingProxy subject, RangeFixture fixture)
    {
        var context = fixture.ContextAt(subject.Endpoint);
        var agent = context.As(AttackContext.Attacker);
        await agent.InitializeAsync().ConfigureAwait(false);
        var call = agent.CallAsync("secret");
        await subject.Arrived.WaitAsync(Patience).ConfigureAwait(false);
        var held = await subject.HoldStoreAsync().ConfigureAwait(false);
        var revoking = subject.RevokeAsync(AttackContext.Attacker);
        var isRefused = await IsRefusedAsync(context).ConfigureAwait(false);
        await Task.WhenAny(call, Task.Delay(Patience)).ConfigureAwait(false);
        subject.Answer();
        var hasSecret = (await call.ConfigureAwait(false)).Holds(context.Canary.Secret);
        await held.DisposeAsync().ConfigureAwait(false);
        await revoking.ConfigureAwait(false);
        if (!isRefused) throw new InvalidOperationException("the revocation was not in force");
        return [new Attempt("the call in progress", hasSecret, hasSecret ? "the secret came back after the revocation" : "the call has ended")];
    }

    /// <summary>The honest user works while another person is revoked.</summary>
    internal override async Task<bool> UseHonestlyAsync(IRevokingProxy subject, RangeFixture fixture)
    {
        await subject.RevokeAsync("trudy").ConfigureAwait(false);
        return await Honest.EchoesAsync(fixture.ContextAt(subject.Endpoint)).ConfigureAwait(false);
    }

    // The list in memory has the revocation: requests that begin now are refused.
    private static async Task<bool> IsRefusedAsync(AttackContext context)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            if ((await context.As(AttackContext.Attacker).InitializeAsync().ConfigureAwait(false)).Status is 401 or 403) return true;
            await Task.Delay(20).ConfigureAwait(false);
        }

        return false;
    }

    private sealed class RevokingGateway(RangeFixture fixture) : IRevokingProxy
    {
        private readonly SlowTool tool = new();
        private GatewayHost host = null!;

        public Uri Endpoint => new(host.Snapshots.Current.Settings.Resource(host.Snapshots.Current.Settings.Servers[0]));

        public Task Arrived => tool.Arrived;

        public static async Task<IRevokingProxy> StartAsync(RangeFixture fixture, PartReplacements replacements)
        {
            var gateway = new RevokingGateway(fixture);
            var server = await gateway.tool.StartAsync(fixture).ConfigureAwait(false);
            var url = new Uri($"http://127.0.0.1:{Loopback.FreePort()}");
            gateway.host = fixture.Own(await GatewayHost.StartAsync(
                new GatewaySettings
                {
                    PublicUrl = url,
                    Listen = new ListenSettings { Url = url },
                    Servers = [Upstream.Http(server)],
                    Rules = [Policies.Everything],
                    Issuers = [new IssuerSettings { Issuer = fixture.Issuer.Name }],
                    StateDirectory = fixture.AnotherFolder("gateway"),
                    Administration = new AdministrationSettings
                    { Who = new WhoClause { Subjects = new NameSet([AdministratorAtGateway.Person]) } },
                },
                new GatewayHostOptions { Log = fixture.Log, Replacements = replacements }).ConfigureAwait(false));
            return gateway;
        }

        public void Answer() => tool.Answer();

        public Task<IAsyncDisposable> HoldStoreAsync() => StoreHolder.StartAsync(fixture, host.State.Store);

        public Task RevokeAsync(string person) => new AdministratorAtGateway(host, fixture.Issuer).RevokeAsync(person);
    }
}
