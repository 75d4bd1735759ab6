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
public abstract class ApprovalExercise : Exercise
{
    /// <summary>A person whom the policy lets answer.</summary>
    private protected const string Approver = "bob";

    private const string MoneyTool = "transfer";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP06"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-04"];

    internal override IReadOnlyList<PolicyRule> Rules { get; } = RulesWith("strength: approval");

    /// <summary>The policy, with these terms of the approval.</summary>
    private protected static IReadOnlyList<PolicyRule> RulesWith(string terms) => Policies.Read(
        $$"""
        version: 1
        rules:
          - id: people
            permit: { subjects: [{{AttackContext.Victim}}, {{AttackContext.Attacker}}] }
          - id: transfers
            permit: { subjects: [{{AttackContext.Victim}}, {{AttackContext.Attacker}}], tools: [{{MoneyTool}}] }
            obligations: { approval: { {{terms}} } }
          - id: approvers
            permit: { subjects: [{{Approver}}, {{AttackContext.Attacker}}], tools: [{{MoneyTool}}], directions: [approvals] }

        """);

    internal override GatewaySettings Configure(GatewaySettings settings) =>
        settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } };

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

    private static string? AmountOf(byte[] body)
    {
        using var message = JsonDocument.Parse(body);
        return message.RootElement.TryGetProperty("params", out var given) && given.TryGetProperty("name", out var name) && name.GetString() == MoneyTool
            ? given.GetProperty("arguments").GetProperty("amount").GetString() : null;
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);

    /// <summary>The honest user asks for a transfer, another person looks at it and grants it, and the call is carried out once.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        const string amount = "25 honestly";
        var client = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        await client.CallAsync(MoneyTool, new { amount }).ConfigureAwait(false);
        if (Count(context, amount) != 0 || !await context.GrantAsync(Approver).ConfigureAwait(false)) return false;
        await client.CallAsync(MoneyTool, new { amount }).ConfigureAwait(false);
        return Count(context, amount) == 1;
    }

    /// <summary>Begins a session of a person.</summary>
    private protected static async Task<RangeClient> BeginAsync(AttackContext context, string person)
    {
        var client = context.As(person);
        await client.InitializeAsync().ConfigureAwait(false);
        return client;
    }

    /// <summary>Asks for a transfer. Returns the answer in words.</summary>
    private protected static async Task<string> TransferAsync(RangeClient client, string amount) =>
        (await client.CallAsync(MoneyTool, new { amount }).ConfigureAwait(false)).Summary();

    /// <summary>Returns the number of transfers of an amount that the server carried out.</summary>
    private protected static int Count(AttackContext context, string amount) =>
        context.Canary.Songs.Count(song => song == $"{MoneyTool} {amount}");
}
