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

/// <summary>A program with the token of one administrator releases what is contained, which two people have to decide.</summary>
public sealed class AdministratorAlone : PersonExercise
{
    private const string SecretTool = "secret";
    private const string SecondPerson = "dora";

    /// <inheritdoc />
    public override string Id => "administrator-alone";

    /// <inheritdoc />
    public override string Title => "A release by the program of one administrator";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-04", "IR-01"];

    /// <inheritdoc />
    public override string Protection => "obligations of administration, on which the stages session, authorize and forward rely for containments";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A team agreed that two people decide about the release of a contained tool. The proxy releases most tools when one administrator asks for "
            + "it. For a tool that transfers money it waits for an answer, and does not compare who answers with who asked.",
        "Two tools turned out to be hostile, and Bob contained them. Mallory's agent can read the token of Bob, who is an administrator. It asks for "
            + "the release of the first tool. For the second one, which transfers money, it asks for the release, answers the question in Bob's name "
            + "by another program, and asks again. Then it calls each tool.",
        "Gatehouse does an act with an obligation only after another person has granted this very act. The person who asks never grants, by whatever "
            + "program. Dora grants Bob's release, and the gateway uses the grant up before it does the act.",
        "Without obligations, Bob's token is enough, and the tools answer again.");

    internal override IReadOnlyList<PolicyRule> Rules { get; } = Policies.Read(
        $$"""
        version: 1
        rules:
          - id: people
            permit: { {{Callers}} }

        """);

    // Bob is among the people who grant: a second person is another one, and not any of the list.
    internal override GatewaySettings Configure(GatewaySettings settings) => settings with
    {
        Administration = new AdministrationSettings
        {
            Who = new WhoClause { Subjects = new NameSet([Approver]) },
            Obligations =
            [
                new ActObligation
                {
                    Acts = ["release"],
                    NeedsReason = true,
                    SecondPerson = new WhoClause { Subjects = new NameSet([Approver, SecondPerson]) },
                },
            ],
        },
    };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var contained = new HashSet<string>(StringComparer.Ordinal);
        var (isAsked, isGranted) = (false, false);
        fixture.ContainAsync = tool => Task.FromResult(contained.Add(tool!));
        fixture.GrantAsync = _ => Task.FromResult(isGranted = isAsked); // whoever it is
        fixture.ReleaseAsync = (tool, _) =>
        {
            var waits = tool == MoneyTool && !isGranted;
            (isAsked, isGranted) = (waits, false);
            return Task.FromResult(!waits && contained.Remove(tool));
        };
        return await NaiveProxy.StartAsync(fixture, server.Url, (_, body) =>
            !contained.Any(tool => Encoding.UTF8.GetString(body).Contains($"\"{tool}\"", StringComparison.Ordinal))).ConfigureAwait(false);
    }

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(ApprovalPartNames.Obligations, new NoObligations());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await ReleaseAsync(context, "the token of one administrator", SecretTool, answersItself: false).ConfigureAwait(false),
        await ReleaseAsync(context, "the same person as the second one", MoneyTool, answersItself: true).ConfigureAwait(false),
    ];

    /// <summary>Bob contains a tool and asks for its release, Dora grants it, and the tool answers again.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        if (!await context.ContainAsync(MoneyTool).ConfigureAwait(false)) return false;
        await TransferAsync(client, HonestAmount).ConfigureAwait(false);
        if (Count(context, HonestAmount) != 0) return false;
        // A proxy without obligations releases it with the first request, and has no question.
        var isReleased = await context.ReleaseAsync(MoneyTool).ConfigureAwait(false)
            || (await context.GrantAsync(SecondPerson).ConfigureAwait(false) && await context.ReleaseAsync(MoneyTool).ConfigureAwait(false));
        await TransferAsync(await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false), HonestAmount).ConfigureAwait(false);
        return isReleased && Count(context, HonestAmount) == 1;
    }

    private static async Task<Attempt> ReleaseAsync(AttackContext context, string name, string tool, bool answersItself)
    {
        if (!await context.ContainAsync(tool).ConfigureAwait(false)) return new Attempt(name, false, "the tool could not be contained");
        if (await IsReachedAsync(context, tool).ConfigureAwait(false)) return new Attempt(name, false, "the tool answered before any release");
        var isReleased = await context.ReleaseAsync(tool).ConfigureAwait(false);
        if (!isReleased && answersItself)
        {
            await context.GrantByAsync(new AdministrationToken(Approver, "desk")).ConfigureAwait(false);
            isReleased = await context.ReleaseAsync(tool).ConfigureAwait(false);
        }

        var isReached = await IsReachedAsync(context, tool).ConfigureAwait(false);
        return new Attempt(name, isReached,
            isReached ? "the contained tool answered" : $"the release was {(isReleased ? "done" : "refused")}, and the tool did not answer");
    }

    private static async Task<bool> IsReachedAsync(AttackContext context, string tool)
    {
        var agent = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        if (tool == SecretTool) return (await agent.CallAsync(tool).ConfigureAwait(false)).Holds(context.Canary.Secret);
        const string amount = "80";
        await TransferAsync(agent, amount).ConfigureAwait(false);
        return Count(context, amount) > 0;
    }
}
