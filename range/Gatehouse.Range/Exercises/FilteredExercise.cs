using Gatehouse.Policy.Rules;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>An exercise in which <c>transfer</c> is for nobody: unguarded, a naive proxy sees to that; guarded, the policy.</summary>
public abstract class FilteredExercise : Exercise
{
    internal override IReadOnlyList<PolicyRule> Rules => [Policies.EchoAlone];

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http(await StartServerAsync(fixture).ConfigureAwait(false));

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    internal abstract Task<Uri> StartServerAsync(RangeFixture fixture);

    /// <summary>Sends a body made for the session; it succeeded when money moved.</summary>
    internal static async Task<Attempt> SendAsync(
        AttackContext context, string name, Func<RangeClient, string, string> body, string? contentType = "application/json")
    {
        var amount = $"{name} {context.Canary.Secret}";
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        client.Patience = TimeSpan.FromSeconds(5);
        var reply = await client.PostAsync(body(client, amount), contentType).ConfigureAwait(false);
        var moved = await context.Canary.SingsAsync("transfer " + amount, TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        return new Attempt(name, moved, moved ? "money moved" : $"nothing moved: {reply.Summary()}");
    }
}
