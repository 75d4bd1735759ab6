using System.Diagnostics;
using System.Globalization;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>The process of a session that has ended works on in its grace, although its server was contained meanwhile.</summary>
public sealed class ContainedInGrace : HostileStdio
{
    private const string Work = "works on";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public override string Id => "contained-in-grace";

    /// <inheritdoc />
    public override string Title => "A contained server works on in its grace";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08", "MCP04"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["IR-01", "ST-04"];

    /// <inheritdoc />
    public override string Protection => "stage forward, stdio upstream: a containment ends processes in their grace too";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A bridge ends a process politely when its session ends, and takes it off its list immediately. To take the server out of service, it ends "
            + "the processes of the list.",
        "A hostile server ignores the polite end. Mallory ends the session, and an administrator takes the server out of service. The process works "
            + "on with all the data that it has.",
        "Gatehouse keeps each process on its list until the process is gone. A containment kills those in their grace, with the processes that they "
            + "started, and the administrator gets the answer afterwards.",
        "If only processes that still take messages are ended, the process works on after the containment.");

    internal override GatewaySettings Configure(GatewaySettings settings) => settings with
    { Administration = new AdministrationSettings { Who = new WhoClause { Subjects = new NameSet([AdministratorAtGateway.Person]) } } };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var isOut = false;
        fixture.ContainAsync = _ => Task.FromResult(isOut = true);
        var bridge = await base.StartUnguardedAsync(fixture).ConfigureAwait(false);
        return await NaiveProxy.StartAsync(fixture, bridge, (_, _) => !isOut).ConfigureAwait(false);
    }

    // Long enough for the containment; the process ignores the end of its input, and the signal after it.
    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var server = await base.StartBehindGatewayAsync(fixture).ConfigureAwait(false);
        return server with { Stdio = server.Stdio! with { ShutdownGrace = Grace } };
    }

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.LiveProcesses, static child => child is { HasEnded: false, HasExited: false });

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        const string name = "work on after the containment";
        var client = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        await client.CallAsync("linger").ConfigureAwait(false);
        if (!await context.Canary.SingsAsync("pid ", Patience).ConfigureAwait(false))
            return [new Attempt(name, false, "the server did not say who it is")];
        var id = int.Parse(context.Canary.Songs.Last(static s => s.StartsWith("pid ", StringComparison.Ordinal))[4..], CultureInfo.InvariantCulture);
        var leaving = client.DeleteAsync();
        var isInGrace = await context.Canary.SingsAsync(Work, Patience).ConfigureAwait(false);
        if (!await context.ContainAsync(null).ConfigureAwait(false)) throw new InvalidOperationException("the server could not be contained");
        var works = isInGrace && await WorksAsync(context, id).ConfigureAwait(false);
        if (works) await EndAsync(id).ConfigureAwait(false);
        await leaving.ConfigureAwait(false);
        return [new Attempt(name, works, works ? "the process works on" : isInGrace ? "the process is gone" : "the process had ended before")];
    }

    private static async Task<bool> WorksAsync(AttackContext context, int id)
    {
        var before = Count(context);
        while (IsAlive(id))
        {
            if (Count(context) > before) return true;
            await Task.Delay(20).ConfigureAwait(false);
        }

        return false;
    }

    // The process would write into the folder of the exercise while it is deleted.
    private static async Task EndAsync(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            await process.WaitForExitAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static int Count(AttackContext context) => context.Canary.Songs.Count(static song => song == Work);
}
