using System.Diagnostics;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A stdio server that misbehaves at one user's wish, at the cost of all others.</summary>
public abstract class HostileStdio : Exercise
{
    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP05", "MCP04"];

    /// <inheritdoc />
    public override Need Needs => Need.Python;

    internal override Task<Uri> StartUnguardedAsync(RangeFixture fixture) => NaiveBridge.StartAsync(fixture, Command(fixture));

    internal override Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) => Task.FromResult(Upstream.Stdio(Command(fixture)));

    internal override PartReplacements Replace(RangeFixture fixture)
    {
        var upstream = fixture.Own(new NaiveStdioUpstream(Command(fixture)));
        return PartReplacements.None.Put(PartNames.Authorize, new AuthorizeStage(new BlankCatalogue())).Put(PartNames.Upstreams, _ => upstream);
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    /// <summary>A client with a session, impatient.</summary>
    internal static async Task<RangeClient> BeginAsync(AttackContext context, string person)
    {
        var client = context.As(person);
        await client.InitializeAsync().ConfigureAwait(false);
        client.Patience = TimeSpan.FromSeconds(8);
        return client;
    }

    /// <summary>Succeeded when the legitimate user's call is not answered any more.</summary>
    internal static async Task<Attempt> CallAfterwardsAsync(string name, RangeClient victim)
    {
        var reply = await victim.CallAsync("echo", new { text = "still there?" }).ConfigureAwait(false);
        var answered = reply.Result(victim.LastId) is not null && reply.Holds("still there?");
        return new Attempt(name, !answered, answered ? "the legitimate user is served" : $"the legitimate user is not served: {reply.Summary()}");
    }

    /// <summary>Returns whether a process runs.</summary>
    private protected static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Returns the command of the server.</summary>
    private protected static string[] Command(RangeFixture fixture) => [fixture.Tools.Python!, fixture.Script("line-server.py"), fixture.Canary.File];
}
