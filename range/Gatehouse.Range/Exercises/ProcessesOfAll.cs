using System.Globalization;
using System.Text;
using Gatehouse.Pipeline;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>One person has every process of a local server started.</summary>
public sealed class ProcessesOfAll : HostileStdio
{
    private const int Most = 6;

    /// <inheritdoc />
    public override string Id => "processes-of-all";

    /// <inheritdoc />
    public override string Title => "One caller holds every process of a server";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP05"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-03", "EX-04"];

    /// <inheritdoc />
    public override string Protection => "stage forward, stdio upstream: the caller's share of the processes";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A bridge starts a process for each session, and limits the processes of all callers together.",
        "Mallory starts session after session, each as another program, and leaves them open.",
        "Gatehouse counts by issuer and subject. When Mallory's share is used up, each new process ends Mallory's process that was idle longest, "
            + "with its session.",
        "With one limit for all callers and no shares, the legitimate user gets no process again.");

    internal override GatewaySettings Bound(GatewaySettings settings, bool replaced) => settings with
    {
        Limits = settings.Limits with { CallerShare = replaced ? 100 : settings.Limits.CallerShare },
    };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var processes = 0;
        return await NaiveProxy.StartAsync(fixture, await base.StartUnguardedAsync(fixture).ConfigureAwait(false), (request, body) =>
            Encoding.UTF8.GetString(body).Contains("\"initialize\"", StringComparison.Ordinal) ? Interlocked.Increment(ref processes) <= Most
                : request.Headers.ContainsKey("Mcp-Session-Id")).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var server = await base.StartBehindGatewayAsync(fixture).ConfigureAwait(false);
        return server with { Stdio = server.Stdio! with { MaxProcesses = Most } };
    }

    // The bound is what is replaced, not the upstream of the other exercises about local processes.
    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None;

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        for (var program = 0; program < Most + 2; program++)
            await context.As(AttackContext.Attacker, "program-" + program.ToString(CultureInfo.InvariantCulture))
                .InitializeAsync().ConfigureAwait(false);
        var victim = context.As(AttackContext.Victim);
        await victim.InitializeAsync().ConfigureAwait(false);
        return [await CallAfterwardsAsync("processes of eight programs, left open", victim).ConfigureAwait(false)];
    }
}
