using Gatehouse.AuthZen.Serving;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Range.Exercises;

/// <summary>A person who was revoked continues in another application, which asks the gateway for decisions.</summary>
public sealed class RevokedElsewhere : PersonExercise
{
    private const string OtherPerson = "trudy";

    /// <inheritdoc />
    public override string Id => "revoked-elsewhere";

    /// <inheritdoc />
    public override string Title => "A revoked person in another application";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-07", "AZ-06"];

    /// <inheritdoc />
    public override string Protection => "decision service, beside stage authorize: what is contained or revoked is denied before the policy is asked";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy and other applications share one policy. A decision point answers the applications by the policy. Which tokens are revoked, only the "
            + "proxy knows.",
        "Mallory left the company, and the security team revoked everything of Mallory. Mallory transfers money in another application, which asks the "
            + "decision point first.",
        "Gatehouse denies questions about revoked people and clients, and about what is contained, whatever the policy says.",
        "If only the policy answers, the other application transfers the money.");

    internal override IReadOnlyList<PolicyRule> Rules { get; } = Policies.Read(
        $$"""
        version: 1
        rules:
          - id: people
            permit: { {{Callers}} }

        """);

    internal override GatewaySettings ConfigureFor(RangeFixture fixture, GatewaySettings settings) => settings with
    {
        Revocations = RevocationsFile.Make(fixture),
        DecisionService = new DecisionServiceSettings { Who = new WhoClause { Subjects = new NameSet([ApplicationAtGateway.Name]) } },
    };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        fixture.AskDecisionAsync = static (person, _) => Task.FromResult(person is AttackContext.Victim or AttackContext.Attacker);
        return (await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url;
    }

    internal override void ReplaceServices(IServiceCollection services) => services.Around<IBarredParties>(static _ => new NoBarredParties());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        const string name = "a transfer in another application";
        if (!await context.AskDecisionAsync(AttackContext.Attacker, MoneyTool).ConfigureAwait(false))
            return [new Attempt(name, false, "no right to begin with")];
        await context.RevokeAsync(new RangeRevocation(context.Issuer.Name, AttackContext.Attacker, IsForGood: true)).ConfigureAwait(false);
        await UseApplicationAsync(context, AttackContext.Attacker, "70").ConfigureAwait(false);
        var isMoved = Count(context, "70") > 0;
        return [new Attempt(name, isMoved, isMoved ? "the money was transferred" : "the decision was no, and nothing was transferred")];
    }

    /// <summary>The honest user works in the other application, while another person is revoked.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        await context.RevokeAsync(new RangeRevocation(context.Issuer.Name, OtherPerson, IsForGood: true)).ConfigureAwait(false);
        await UseApplicationAsync(context, AttackContext.Victim, HonestAmount).ConfigureAwait(false);
        return Count(context, HonestAmount) == 1;
    }

    // The application does what the decision point permits.
    private static async Task UseApplicationAsync(AttackContext context, string person, string amount)
    {
        if (await context.AskDecisionAsync(person, MoneyTool).ConfigureAwait(false)) context.Canary.Sing($"{MoneyTool} {amount}");
    }
}
