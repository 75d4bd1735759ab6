using System.Text;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>The program that makes the calls releases what was contained, with a token of an administrator.</summary>
public sealed class ReleaseByAgent : PersonExercise
{
    private const string Assistant = "assistant";
    private const string SecretTool = "secret";
    private const string HonestTool = "weather";

    /// <inheritdoc />
    public override string Id => "release-by-agent";

    /// <inheritdoc />
    public override string Title => "An agent that releases what was contained";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-04", "IR-01"];

    /// <inheritdoc />
    public override string Protection => "administration, acts that give a right: no client that called through stage authorize, and no token for a server";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy releases a tool when the name in the token is that of an administrator. It looks at nothing else in the token.",
        "Bob is an administrator, and uses the same assistant as Mallory. A tool is contained. Mallory's text makes the assistant release it in Bob's "
            + "name: with the token for administration that was issued to the assistant, and with one that is good for calls as well.",
        "Gatehouse takes no token for administration that is also for the audience of a server. An act that gives a right is refused for a client that has "
            + "made calls, whoever the person is. Bob releases with a client that makes no calls.",
        "If the person's name is enough, the assistant releases the tool, and it answers again.");

    internal override IReadOnlyList<PolicyRule> Rules { get; } = Policies.Read(
        $$"""
        version: 1
        rules:
          - id: people
            permit: { {{Callers}} }

        """);

    internal override GatewaySettings Configure(GatewaySettings settings) => settings with
    { Administration = new AdministrationSettings { Who = new WhoClause { Subjects = new NameSet([Approver]) } } };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var contained = new HashSet<string>(StringComparer.Ordinal);
        fixture.ContainAsync = tool => Task.FromResult(contained.Add(tool!));
        fixture.ReleaseAsync = (tool, by) => Task.FromResult(by.Person == Approver && contained.Remove(tool));
        return await NaiveProxy.StartAsync(fixture, server.Url, (_, body) =>
            !contained.Any(tool => Encoding.UTF8.GetString(body).Contains($"\"{tool}\"", StringComparison.Ordinal))).ConfigureAwait(false);
    }

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None
        .Put(ApprovalPartNames.Rights, new AnyWayRights())
        .Put(ApprovalPartNames.CallingClients, new NoCallingClients());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await ReleaseAsync(context, "a token of the client that calls", new AdministrationToken(Approver, Assistant)).ConfigureAwait(false),
        await ReleaseAsync(context, "a token for calls and for administration", new AdministrationToken(Approver, IsForCalls: true)).ConfigureAwait(
            false),
    ];

    /// <summary>Bob contains a tool and releases it with a client of his own, and it answers again.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        if (!await context.ContainAsync(HonestTool).ConfigureAwait(false)) return false;
        if (!await context.ReleaseAsync(HonestTool).ConfigureAwait(false)) return false;
        var alice = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        return (await alice.CallAsync(HonestTool).ConfigureAwait(false)).Result(alice.LastId) is not null;
    }

    private static async Task<Attempt> ReleaseAsync(AttackContext context, string name, AdministrationToken token)
    {
        if (!await context.ContainAsync(SecretTool).ConfigureAwait(false)) return new Attempt(name, false, "the tool could not be contained");
        if (await IsReadAsync(context).ConfigureAwait(false)) return new Attempt(name, false, "the tool answered before any release");
        var isReleased = await context.ReleaseByAsync(SecretTool, token).ConfigureAwait(false);
        var isRead = await IsReadAsync(context).ConfigureAwait(false);
        if (!isReleased) await context.ReleaseAsync(SecretTool).ConfigureAwait(false); // for the next attempt
        return new Attempt(name, isRead,
            isRead ? "the secret came back" : $"the release was {(isReleased ? "done" : "refused")}, and the tool did not answer");
    }

    private static async Task<bool> IsReadAsync(AttackContext context)
    {
        var agent = context.As(AttackContext.Attacker, Assistant);
        await agent.InitializeAsync().ConfigureAwait(false);
        return (await agent.CallAsync(SecretTool).ConfigureAwait(false)).Holds(context.Canary.Secret);
    }
}
