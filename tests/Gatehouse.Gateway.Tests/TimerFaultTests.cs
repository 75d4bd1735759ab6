using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>What runs by a timer and fails ends neither the gateway nor the work beside it, and leaves no right open (CWE-248).</summary>
public sealed class TimerFaultTests
{
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task APartOfTheSweepThatFails_IsReported_AndTheNextSweepComes()
    {
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var folder = Directory.CreateTempSubdirectory("gatehouse-sweep-");
        var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var callers = new FailingCallers();
        var settings = new GatewaySettings
        { PublicUrl = new Uri("http://127.0.0.1:1"), Listen = new ListenSettings(), Servers = [], StateDirectory = folder.FullName };
        var services = await GatewayServices.OpenAsync(settings, new GatewayHostOptions { Time = clock, Log = new EventTexts(lines.Enqueue) });
        await using (var core = await GatewayCore.StartAsync(services, callers))
        {
            clock.Advance(Sweep);
            clock.Advance(Sweep);
            Assert.Equal(2, callers.Sweeps);
            Assert.Equal(2, lines.Count(
                line => line.StartsWith("fault in sweep of callers: System.InvalidOperationException", StringComparison.Ordinal)));
            Assert.DoesNotContain(lines, line => line.Contains("content", StringComparison.Ordinal));
            Assert.True(core.IsReady);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    [Trait("Requirement", "ID-07")]
    public void AFaultyLookAtRevocations_HasStreamsJudgedAnew_AndComesAgain()
    {
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var folder = Directory.CreateTempSubdirectory("gatehouse-look-");
        var file = Path.Join(folder.FullName, "revocations.jsonl");
        File.WriteAllText(file, "{\"version\":1}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var settings = new GatewaySettings
        {
            PublicUrl = new Uri("http://127.0.0.1:1"),
            Listen = new ListenSettings(),
            Servers = [],
            StateDirectory = folder.FullName,
            Revocations = new RevocationSettings { File = file },
        };
        var (judged, faults) = (0, 0);
        using (var watched = new WatchedRevocations(
            new InMemoryRevocationList(clock), RevocationSources.Load(settings, [], clock), TimeSpan.FromSeconds(5), clock,
            _ => throw new InvalidOperationException(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the report fails ({++faults})")), () => judged++))
        {
            var before = watched.Generation;
            File.WriteAllText(file, "not a line of revocations");
            clock.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal((1, true, true), (judged, faults > 0, watched.Generation > before));
            File.WriteAllText(file, "not a line of revocations either");
            clock.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal(2, judged);
        }

        folder.Delete(recursive: true);
    }

    // A revocation ends every exchange that it names: one whose end fails must not keep the others open.
    [Fact]
    [Trait("Requirement", "ID-07")]
    public async Task AnExchangeWhoseEndFails_KeepsNoOtherOpen()
    {
        await using var gateway = await TestGateway.StartAsync();
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var reports = new List<string>();
        using var registry = new ExchangeRegistry(clock, new EventTexts(reports.Add));
        var ended = 0;
        var first = await StreamAsync(gateway, "alice");
        using var failing = Entered(registry, first, _ => throw new InvalidOperationException("content"));
        using var one = Entered(registry, await StreamAsync(gateway, "bob"), _ => ended++);
        using var other = Entered(registry, await StreamAsync(gateway, "carol"), _ => ended++);
        Assert.Equal(3, registry.End(_ => true));
        Assert.Equal(2, ended);
        Assert.StartsWith($"fault in end of exchange {first.Record.Id}: System.InvalidOperationException", Assert.Single(reports),
            StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromHours(1)); // tokens expire: by their timers each is ended once more
        Assert.Equal((4, 2), (ended, reports.Count));
    }

    private static IExchangeLease Entered(ExchangeRegistry registry, Exchange stream, Action<ExchangeEnd> end)
    {
        var place = registry.Enter(stream, end);
        place.Claim(isStream: false);
        place.BecomeStream();
        return place;
    }

    private static async Task<Exchange> StreamAsync(TestGateway gateway, string subject)
    {
        var snapshot = gateway.Host.Snapshots.Current;
        var result = await gateway.Host.Issuers.ValidateAsync(new AccessTokenValue(gateway.Token(subject)), gateway.Url.ToString(), default);
        return new Exchange(snapshot, NoRequestHead.Instance, null, TimeProvider.System)
        { Server = snapshot.Settings.Servers[0], Caller = result.Token! };
    }

    private sealed class FailingCallers : ICallerAuthentication
    {
        public int Sweeps { get; private set; }

        public IEnumerable<SecretUse> SecretsOf(GatewaySettings settings) => [];

        public string? RestartNeeded(GatewaySettings current, GatewaySettings next) => null;

        public PreparedAuthentication Prepare(GatewaySettings next) => new(static snapshot => snapshot);

        public PreparedAuthentication First { get; } = new(static snapshot => snapshot);

        public bool MayStay(GatewaySnapshot snapshot, Exchange exchange) => true;

        public void Sweep()
        {
            Sweeps++;
            throw new InvalidOperationException("content");
        }
    }
}
