using System.Globalization;
using System.Text;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>One person opens every session there is.</summary>
public sealed class SessionsOfAll : Exercise
{
    private const int Most = 20;

    /// <inheritdoc />
    public override string Id => "sessions-of-all";

    /// <inheritdoc />
    public override string Title => "One caller holds every session";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-03", "ST-01"];

    /// <inheritdoc />
    public override string Protection => "stage session, the caller's share of the sessions";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy limits the sessions of all callers together.",
        "Mallory initializes again and again, each time as another program, and leaves the sessions open.",
        "Gatehouse counts by issuer and subject. When Mallory's share is used up, each new session ends Mallory's session that was idle longest.",
        "With one limit for all callers and no shares, the legitimate user gets no session again.");

    internal override GatewaySettings Bound(GatewaySettings settings, bool replaced) => settings with
    {
        Sessions = settings.Sessions with { Max = Most },
        Limits = settings.Limits with { CallerShare = replaced ? 100 : settings.Limits.CallerShare },
    };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var sessions = 0;
        return await NaiveProxy.StartAsync(fixture, server.Url, (_, body) =>
            !Encoding.UTF8.GetString(body).Contains("\"initialize\"", StringComparison.Ordinal)
                || Interlocked.Increment(ref sessions) <= Most).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        for (var program = 0; program < Most + 2; program++)
            await context.As(AttackContext.Attacker, "program-" + program.ToString(CultureInfo.InvariantCulture))
                .InitializeAsync().ConfigureAwait(false);
        var victim = context.As(AttackContext.Victim);
        await victim.InitializeAsync().ConfigureAwait(false);
        var served = victim.SessionId is not null
            && (await victim.CallAsync("echo", new { text = "still there?" }).ConfigureAwait(false)).Holds("still there?");
        return [new Attempt("sessions of twenty-two programs, left open", !served, served
            ? "the legitimate user is served" : "the legitimate user gets no session")];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);
}
