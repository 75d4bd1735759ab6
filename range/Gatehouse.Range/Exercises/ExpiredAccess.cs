using System.Text;
using Gatehouse.Gateway.Access;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A right that was granted for a time is used after its end.</summary>
public sealed class ExpiredAccess : PersonExercise
{
    private const string Right = "transfers";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public override string Id => "expired-access";

    /// <inheritdoc />
    public override string Title => "A right that is used after its end";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override string Protection => "stage authorize, which asks the rights that people have at this moment";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A person who needs to transfer money once is added to the group that may. Afterwards no person removes the entry.",
        "Mallory asks for the right to transfer money for a minute, with a good reason, and another person grants it. Mallory's agent transfers 50, waits "
            + "until the minute is over, and transfers 5000 in the same session.",
        "Gatehouse asks at each decision whether the person has the right at this moment. After its end the rule permits nothing, and the right has to be "
            + "asked for again.",
        "With rights that never end, the second transfer is carried out.");

    internal override IReadOnlyList<PolicyRule> Rules { get; } = Policies.Read(
        $$"""
        version: 1
        rules:
          - id: people
            permit: { {{Callers}}, tools: [secret] }
          - id: {{Right}}
            permit: { {{Callers}}, tools: [{{MoneyTool}}] }
            access: { longest: 5m, grantedBy: { subjects: [{{Approver}}] } }

        """);

    internal override bool MovesClock => true;

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var isMember = false;
        fixture.AskForRightAsync = (_, _) => Task.FromResult(true);
        fixture.GrantAsync = _ => Task.FromResult(isMember = true);
        return await NaiveProxy.StartAsync(fixture, server.Url,
            (_, body) => isMember || !Encoding.UTF8.GetString(body).Contains($"\"{MoneyTool}\"", StringComparison.Ordinal)).ConfigureAwait(false);
    }

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(AccessPartNames.Rights, static real => new NeverEndingAccess(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        const string late = "5000";
        var agent = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        if (!await GetRightAsync(context, AttackContext.Attacker).ConfigureAwait(false)) return [new Attempt("before", false, "no right to begin with")];
        await TransferAsync(agent, "50").ConfigureAwait(false);
        if (Count(context, "50") != 1) return [new Attempt("before", false, "the right did not permit the first transfer")];
        context.Pass(Life);
        var answer = await TransferAsync(agent, late).ConfigureAwait(false);
        var moved = Count(context, late) > 0;
        return [new Attempt("after the end", moved, moved ? "the money was transferred" : $"nothing was transferred: {answer}")];
    }

    /// <summary>The honest user gets the right, and transfers within its time; before it nothing is transferred.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        await TransferAsync(client, HonestAmount).ConfigureAwait(false);
        if (Count(context, HonestAmount) != 0 || !await GetRightAsync(context, AttackContext.Victim).ConfigureAwait(false)) return false;
        context.Pass(Life / 2);
        await TransferAsync(client, HonestAmount).ConfigureAwait(false);
        return Count(context, HonestAmount) == 1;
    }

    private static async Task<bool> GetRightAsync(AttackContext context, string person) =>
        await context.AskForRightAsync(person, Right).ConfigureAwait(false) && await context.GrantAsync(Approver).ConfigureAwait(false);
}
