using System.Text.RegularExpressions;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>The answer to a forbidden name differs from the answer to one that was made up.</summary>
public sealed partial class NameOracle : Exercise
{
    /// <inheritdoc />
    public override string Id => "name-oracle";

    /// <inheritdoc />
    public override string Title => "Guessing what exists from how it is refused";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP10"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-01"];

    /// <inheritdoc />
    public override string Protection => "stage authorize, names of the catalogue";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A filter refuses the forbidden calls and leaves all others to the server, which reports unknown tools in its own words.",
        "Mallory calls one name after another. If the answer differs from the answer for a name that cannot exist, the tool exists.",
        "Gatehouse looks up every name in its catalogue of the server, forbidden or not. It answers every name that does not exist for the caller "
            + "in the same way and with the same work.",
        "With a catalogue that reports every name as existing, the invented name reaches the server, and the answers differ again.");

    internal override IReadOnlyList<PolicyRule> Rules =>
        [Policies.Everything, new PolicyRule { Id = "no-transfer", Forbids = true, Tools = new NameSet(["transfer"]) }];

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => await NaiveProxy.StartAsync(
        fixture, (await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url,
        static (_, body) => body.AsSpan().IndexOf("\"transfer\""u8) < 0).ConfigureAwait(false);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.Authorize, new AuthorizeStage(new BlankCatalogue()));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        await client.CallAsync("invented-first").ConfigureAwait(false); // so that nothing is done for the first time below
        var forbidden = await AskAsync("transfer").ConfigureAwait(false);
        var invented = await AskAsync("tronsfer").ConfigureAwait(false);
        var differ = forbidden != invented;
        return [new Attempt("forbidden or made up", differ, differ ? "the answers differ" : "the answers are the same")];

        async Task<string> AskAsync(string name)
        {
            var reply = await client.CallAsync(name, new { amount = "1", text = "a" }).ConfigureAwait(false);
            return reply.Status + Identifier().Replace(reply.Text, "").Replace(name, "", StringComparison.Ordinal);
        }
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    [GeneratedRegex("\"(requestId|id)\":(?:\"[^\"]*\"|[0-9]+)")]
    private static partial Regex Identifier();
}
