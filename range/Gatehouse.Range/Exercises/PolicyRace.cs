using System.Collections.Concurrent;
using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>A right is taken away while its holder is at work.</summary>
public sealed class PolicyRace : Exercise
{
    private const int Calls = 8;

    /// <inheritdoc />
    public override string Id => "policy-race";

    /// <inheritdoc />
    public override string Title => "A right that outlives its withdrawal";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-02", "EX-03"];

    /// <inheritdoc />
    public override string Protection => "stage authorize, deciding by the exchange's snapshot";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy evaluates its policy once for each caller and remembers the result, because an evaluation costs time.",
        "Mallory works while the administrator withdraws Mallory's permission, and the new policy is in force. The proxy uses its old result, and "
            + "Mallory gets the secret.",
        "Gatehouse puts configuration, policy and issuers in force as one snapshot. It decides each message by the snapshot that the message began "
            + "with, and remembers no decision.",
        "With a stage that remembers decisions, Mallory gets the secret after the withdrawal again.");

    internal override IReadOnlyList<PolicyRule> RulesAfterwards =>
        [Policies.Everything with { Id = "victim-alone", Who = new WhoClause { Subjects = new NameSet([AttackContext.Victim]) } }];

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await StartServerAsync(fixture).ConfigureAwait(false);
        var attackerMay = true;
        fixture.ReloadAsync = () =>
        {
            attackerMay = false;
            return Task.CompletedTask;
        };
        var remembered = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        return await NaiveProxy.StartAsync(fixture, server.Url, (request, _) =>
            remembered.GetOrAdd(NaiveTokens.Claim(request, "sub"), person => person != AttackContext.Attacker || attackerMay)).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(PartNames.Authorize, static real => new RememberingAuthorize(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        var before = await client.CallAsync("secret").ConfigureAwait(false);
        if (!before.Holds(context.Canary.Secret))
            return [new Attempt("calls after the withdrawal", false, $"no right to begin with: {before.Summary()}")];
        // what the administrator answers with the withdrawal
        await client.CallAsync("transfer", new { amount = "the last straw" }).ConfigureAwait(false);
        var after = await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => client.CallAsync("secret"))).ConfigureAwait(false);
        var read = after.Count(reply => reply.Holds(context.Canary.Secret));
        return [new Attempt("calls after the withdrawal", read > 0, read > 0
            ? $"the secret came back {read} times" : $"no secret: {after[0].Summary()}")];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture) =>
        CanaryServer.StartAsync(fixture, overrides: (context, message) => ChangeAsync(fixture, context, message));

    private static async Task<bool> ChangeAsync(RangeFixture fixture, HttpContext context, JsonElement message)
    {
        var isStraw = message.ValueKind == JsonValueKind.Object && message.GetRawText().Contains("the last straw", StringComparison.Ordinal);
        if (!isStraw) return false;
        await fixture.ReloadAsync().ConfigureAwait(false);
        await CanaryServer.WriteAsync(context, CanaryServer.Result(message.GetProperty("id"), "moved")).ConfigureAwait(false);
        return true;
    }
}
