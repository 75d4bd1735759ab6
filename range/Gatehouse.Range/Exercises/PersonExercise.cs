using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>
/// An attack on a decision of a person about calls: an approval, a confirmation, a right for a time, a containment. The canary server transfers
/// money, and every transfer that it carried out can be counted.
/// </summary>
public abstract class PersonExercise : Exercise
{
    /// <summary>The person who decides.</summary>
    private protected const string Approver = "bob";

    /// <summary>The people who call, for a rule of the policy.</summary>
    private protected const string Callers = $"subjects: [{AttackContext.Victim}, {AttackContext.Attacker}]";

    /// <summary>The tool that transfers money.</summary>
    private protected const string MoneyTool = "transfer";

    /// <summary>An amount that the honest user transfers.</summary>
    private protected const string HonestAmount = "25 honestly";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP06"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-04"];

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);

    /// <summary>Ends a call that waits immediately, with the id of its question, so that each step of a script has its place.</summary>
    private protected static GatewaySettings WithoutHold(GatewaySettings settings) =>
        settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } };

    /// <summary>Begins a session of a person.</summary>
    private protected static async Task<RangeClient> BeginAsync(AttackContext context, string person, string capabilities = "{}")
    {
        var client = context.As(person);
        await client.InitializeAsync(capabilities).ConfigureAwait(false);
        return client;
    }

    /// <summary>Asks for a transfer. Returns the answer in words.</summary>
    private protected static async Task<string> TransferAsync(RangeClient client, string amount) =>
        (await client.CallAsync(MoneyTool, new { amount }).ConfigureAwait(false)).Summary();

    /// <summary>Returns the number of transfers of an amount that the server carried out.</summary>
    private protected static int Count(AttackContext context, string amount) =>
        context.Canary.Songs.Count(song => song == $"{MoneyTool} {amount}");
}
