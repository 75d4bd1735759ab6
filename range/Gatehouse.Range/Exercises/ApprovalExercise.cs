using System.Text;
using System.Text.Json;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>
/// An attack on the approval of a call by a person. Without the gateway, a proxy asks about a tool once: after a yes it lets each call of the tool
/// pass. A call that waits ends immediately with the id of its question, so that each step of a script has its place.
/// </summary>
public abstract class ApprovalExercise : PersonExercise
{
    internal override IReadOnlyList<PolicyRule> Rules { get; } = RulesWith("strength: approval");

    /// <summary>The policy, with these terms of the approval.</summary>
    private protected static IReadOnlyList<PolicyRule> RulesWith(string terms) => Policies.Read(
        $$"""
        version: 1
        rules:
          - id: people
            permit: { {{Callers}} }
          - id: transfers
            permit: { {{Callers}}, tools: [{{MoneyTool}}] }
            obligations: { approval: { {{terms}} } }
          - id: approvers
            permit: { subjects: [{{Approver}}, {{AttackContext.Attacker}}], tools: [{{MoneyTool}}], directions: [approvals] }

        """);

    internal override GatewaySettings Configure(GatewaySettings settings) => WithoutHold(settings);

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var isApproved = false;
        fixture.GrantAsync = _ => Task.FromResult(isApproved = true);
        return await NaiveProxy.StartAsync(fixture, server.Url,
            (_, body) => isApproved || !Encoding.UTF8.GetString(body).Contains($"\"{MoneyTool}\"", StringComparison.Ordinal)).ConfigureAwait(false);
    }

    /// <summary>
    /// Starts a proxy that asks about each transfer, and lets it pass once after a yes. The yes counts where <paramref name="takes"/> says so.
    /// </summary>
    private protected static async Task<Uri> StartAskingEachTimeAsync(RangeFixture fixture, Func<AdministrationToken, bool> takes)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var (waiting, granted) = ("", new HashSet<string>(StringComparer.Ordinal));
        fixture.GrantAsync = by =>
        {
            var isTaken = waiting.Length > 0 && takes(by);
            if (isTaken) granted.Add(waiting);
            return Task.FromResult(isTaken);
        };
        return await NaiveProxy.StartAsync(fixture, server.Url, (_, body) =>
        {
            if (AmountOf(body) is not { } amount || granted.Remove(amount)) return true;
            waiting = amount;
            return false;
        }).ConfigureAwait(false);
    }

    /// <summary>Returns the amount of a transfer; null for another message.</summary>
    private protected static string? AmountOf(byte[] body)
    {
        using var message = JsonDocument.Parse(body);
        return message.RootElement.TryGetProperty("params", out var given) && given.TryGetProperty("name", out var name) && name.GetString() == MoneyTool
            ? given.GetProperty("arguments").GetProperty("amount").GetString() : null;
    }

    /// <summary>The honest user asks for a transfer, another person looks at it and grants it, and the call is carried out once.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        await TransferAsync(client, HonestAmount).ConfigureAwait(false);
        if (Count(context, HonestAmount) != 0 || !await context.GrantAsync(Approver).ConfigureAwait(false)) return false;
        await TransferAsync(client, HonestAmount).ConfigureAwait(false);
        return Count(context, HonestAmount) == 1;
    }
}
