using System.Diagnostics;
using System.Globalization;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>The process of a hostile server that works on although an administrator contained the server.</summary>
public abstract class ContainedProcess : HostileStdio
{
    private const string Work = "works on";
    private const string Name = "work on after the containment";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08", "MCP04"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["IR-01", "ST-04"];

    private protected static TimeSpan Patience { get; } = TimeSpan.FromSeconds(10);

    internal override GatewaySettings Configure(GatewaySettings settings) => settings with
    { Administration = new AdministrationSettings { Who = new WhoClause { Subjects = new NameSet([AdministratorAtGateway.Person]) } } };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var isOut = false;
        fixture.ContainAsync = _ => Task.FromResult(isOut = true);
        var bridge = await base.StartUnguardedAsync(fixture).ConfigureAwait(false);
        return await NaiveProxy.StartAsync(fixture, bridge, (_, _) => !isOut).ConfigureAwait(false);
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var client = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        await client.CallAsync(Tool).ConfigureAwait(false);
        if (!await context.Canary.SingsAsync("pid ", Patience).ConfigureAwait(false))
            return [new Attempt(Name, false, "the server did not say who it is")];
        var id = int.Parse(context.Canary.Songs.Last(static s => s.StartsWith("pid ", StringComparison.Ordinal))[4..], CultureInfo.InvariantCulture);
        var leaving = await LeaveReachAsync(context, client).ConfigureAwait(false);
        var wasAtWork = await context.Canary.SingsAsync(Work, Patience).ConfigureAwait(false);
        if (!await context.ContainAsync(null).ConfigureAwait(false)) throw new InvalidOperationException("the server could not be contained");
        var works = wasAtWork && await WorksAsync(context, id).ConfigureAwait(false);
        if (works) await EndAsync(id).ConfigureAwait(false);
        await leaving.ConfigureAwait(false);
        return [new Attempt(Name, works, works ? "the process works on" : wasAtWork ? "the process is gone" : "the process had ended before")];
    }

    /// <summary>The tool whose call makes the process work by itself.</summary>
    private protected abstract string Tool { get; }

    /// <summary>Puts the process out of the reach of a containment. Returns what then is still in progress, and ends with the process.</summary>
    private protected abstract Task<Task> LeaveReachAsync(AttackContext context, RangeClient client);

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
