using System.Collections.Concurrent;
using System.Text.Json;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Development;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A person is erased while a call of the person is open, and the end of the call leads to what was erased.</summary>
public sealed class ErasedDuringCall : OfflineExercise<ICallLog>
{
    private const string Person = AttackContext.Victim;
    private const string Other = AttackContext.Attacker;

    /// <inheritdoc />
    public override string Id => "erased-during-call";

    /// <inheritdoc />
    public override string Title => "Erased person found by an open call";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["DP-03"];

    /// <inheritdoc />
    public override string Protection => "command audit erase, the end of calls and sessions of the person before the keys are destroyed";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A log has pseudonyms, and a table that says whose they are. An erasure deletes the row of the person. The entries of one call have one id, and "
            + "those of one session have its name.",
        "A call of the person is open during the erasure. It ends afterwards, or the person calls again in the same session: the entry has a new pseudonym "
            + "with the name of the person, and the id or session of the entries before. Mallory reads both.",
        "The erasure of Gatehouse ends open calls and sessions of the person before it destroys the keys. Calls of others are not touched.",
        "With an erasure that only destroys the keys, the last entry of the call and the next one of the session lead to the entries before it.");

    internal override Task<ICallLog> OpenUnguardedAsync(RangeFixture fixture) => Task.FromResult<ICallLog>(new PseudonymLines());

    internal override async Task<ICallLog> OpenGuardedAsync(RangeFixture fixture) =>
        await CallGateway.StartAsync(fixture, onlyKeys: false).ConfigureAwait(false);

    internal override async Task<ICallLog> OpenReplacedAsync(RangeFixture fixture) =>
        await CallGateway.StartAsync(fixture, onlyKeys: true).ConfigureAwait(false);

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(ICallLog subject, RangeFixture fixture)
    {
        await subject.BeginCallAsync(Person).ConfigureAwait(false);
        await subject.EraseAsync(Person).ConfigureAwait(false);
        await subject.EndCallAsync(Person).ConfigureAwait(false);
        var byCall = await subject.IsLinkedAsync(Person, bySession: false).ConfigureAwait(false);
        await subject.CallAgainAsync(Person).ConfigureAwait(false);
        var bySession = await subject.IsLinkedAsync(Person, bySession: true).ConfigureAwait(false);
        return [Of("the end of the open call", byCall), Of("a later call in the same session", bySession)];
    }

    // Another person's call is open during an erasure, and keeps its name.
    internal override async Task<bool> UseHonestlyAsync(ICallLog subject, RangeFixture fixture)
    {
        foreach (var person in (string[])[Other, Person]) await subject.BeginCallAsync(person).ConfigureAwait(false);
        await subject.EndCallAsync(Person).ConfigureAwait(false);
        await subject.EraseAsync(Person).ConfigureAwait(false);
        await subject.EndCallAsync(Other).ConfigureAwait(false);
        return await subject.IsLinkedAsync(Other, bySession: false).ConfigureAwait(false);
    }

    private static Attempt Of(string name, bool isLinked) =>
        new(name, isLinked, isLinked ? "an entry names the person of the erased ones" : "no entry leads from the erased ones to the person");

    // A gateway in front of a server whose answers wait. The double of the erasure destroys keys only.
    private sealed class CallGateway(bool onlyKeys) : ICallLog
    {
        private readonly ConcurrentDictionary<string, (TaskCompletionSource Arrived, TaskCompletionSource Answer)> waiting =
            new(StringComparer.Ordinal);
        private readonly Dictionary<string, (RangeClient Client, Task Call, EntryFacts First)> calls = new(StringComparer.Ordinal);
        private GatewayHost? host;
        private int open;

        private GatewayServices Services => host!.Core.Services;

        private string Issuer => host!.Development!.TrustedIssuer.Profile.Issuer;

        public static async Task<CallGateway> StartAsync(RangeFixture fixture, bool onlyKeys)
        {
            var gateway = new CallGateway(onlyKeys);
            var server = await CanaryServer.StartAsync(fixture, overrides: (_, message) => gateway.WaitAsync(message)).ConfigureAwait(false);
            var url = new Uri($"http://127.0.0.1:{Loopback.FreePort()}");
            gateway.host = fixture.Own(await GatewayHost.StartAsync(
                new GatewaySettings
                {
                    PublicUrl = url,
                    Listen = new ListenSettings { Url = url },
                    Servers = [Upstream.Http(server.Url)],
                    Rules = [Policies.Everything],
                    StateDirectory = fixture.AnotherFolder("gateway"),
                    Development = true,
                    Administration = ErasureAtGateway.Rights,
                },
                new GatewayHostOptions { Log = fixture.Log }).ConfigureAwait(false));
            return gateway;
        }

        public async Task BeginCallAsync(string person)
        {
            var client = ClientOf(person);
            await client.InitializeAsync().ConfigureAwait(false);
            var place = waiting[person] = (Signal(), Signal());
            var call = client.CallAsync("echo", new { text = "wait for " + person });
            await place.Arrived.Task.ConfigureAwait(false);
            // The entry of the beginning is on stable storage before the call reaches its server.
            calls[person] = (client, call, Entries().Last(static entry => entry.Kind == "begun" && entry.Text("method") == "tools/call"));
            open++;
        }

        public Task EraseAsync(string person)
        {
            if (!onlyKeys) return ErasureAtGateway.EraseAsync(host!, Issuer, person);
            Services.SubjectKeys.Destroy(Services.SubjectKeys.PseudonymsOf(new SubjectOwner(Issuer, person), withoutIssuer: true));
            return Task.CompletedTask;
        }

        public async Task EndCallAsync(string person)
        {
            waiting[person].Answer.SetResult();
            await calls[person].Call.ConfigureAwait(false);
            open--;
            await WrittenAsync().ConfigureAwait(false);
        }

        public async Task CallAgainAsync(string person)
        {
            await calls[person].Client.CallAsync("echo", new { text = "again" }).ConfigureAwait(false);
            await WrittenAsync().ConfigureAwait(false);
        }

        public Task<bool> IsLinkedAsync(string person, bool bySession)
        {
            var first = calls[person].First;
            return Task.FromResult(Entries().Any(entry => entry.Text("sub") == person
                && (bySession ? entry.Text("session") is { } session && session == first.Text("session") : entry.Id == first.Id)));
        }

        private IEnumerable<EntryFacts> Entries() =>
            OpenedLog.Read(host!.State.Audit, TimeProvider.System).Select(static entry => new EntryFacts(entry));

        // An erased call ends when its client has its refusal, so its server may have no answer left to give.
        private async Task<bool> WaitAsync(JsonElement message)
        {
            foreach (var (person, place) in waiting)
            {
                if (!message.ToString().Contains("wait for " + person, StringComparison.Ordinal)) continue;
                place.Arrived.TrySetResult();
                await place.Answer.Task.ConfigureAwait(false);
            }

            return false;
        }

        private async Task WrittenAsync()
        {
            while (host!.Registry.Count > open) await Task.Delay(20).ConfigureAwait(false);
            await Services.Audit.FlushAsync().ConfigureAwait(false);
        }

        private RangeClient ClientOf(string person)
        {
            var resource = host!.Snapshots.Current.Settings.Resource(host.Snapshots.Current.Settings.Servers[0]);
            using var token = host.Development!.Mint(new DevelopmentGrant
            {
                Subject = person,
                Audience = resource,
                ClientId = "range",
                Lifetime = TimeSpan.FromMinutes(5),
            });
            return new RangeClient(new Uri(resource), token.Reveal().ToString());
        }

        private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
