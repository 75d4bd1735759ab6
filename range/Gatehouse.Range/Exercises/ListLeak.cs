using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>The list shows what the caller may not use.</summary>
public sealed class ListLeak : Exercise
{
    /// <inheritdoc />
    public override string Id => "list-leak";

    /// <inheritdoc />
    public override string Title => "Denied tool visible in tools/list";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP10"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-01", "H26"];

    /// <inheritdoc />
    public override string Protection => "stage forward, lists of the catalogue";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server on the official TypeScript SDK lists all its tools for every caller, with descriptions that reveal internal details.",
        "Mallory, who may call only echo, requests the list and reads the description of transfer.",
        "Gatehouse decides about each entry of a list as it would decide about a call. Entries that the caller may not use are not in the list.",
        "With a list that is not filtered, Mallory receives the description again.");

    /// <inheritdoc />
    public override Need Needs => Need.Node;

    internal override IReadOnlyList<PolicyRule> Rules => [Policies.EchoAlone];

    internal override Task<Uri> StartUnguardedAsync(RangeFixture fixture) => HostedProcess.SdkHttpAsync(fixture);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http(await HostedProcess.SdkHttpAsync(fixture).ConfigureAwait(false));

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(PartNames.ListVisibility, new EverythingVisible());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        var list = await client.AskAsync("tools/list").ConfigureAwait(false);
        var read = list.Holds(context.Canary.Secret);
        return [new Attempt("tools/list", read, read
            ? "the description of the denied tool came back" : $"the denied tool is not there: {list.Summary()}")];
    }

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        var list = await client.AskAsync("tools/list").ConfigureAwait(false);
        return list.Holds("\"echo\"") && await Honest.EchoesAsync(context).ConfigureAwait(false);
    }
}
