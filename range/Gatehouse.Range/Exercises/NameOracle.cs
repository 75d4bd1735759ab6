using Gatehouse.Gateway;
using System.Text.RegularExpressions;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Settings;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Range.Doubles;

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
    public override Story Story { get; } = new(
        "A filter refuses the calls that it was told to refuse and leaves all others to the server, which says itself when it does not know a tool.",
        "Mallory calls one name after another. What is refused in other words than a name that cannot exist does exist.",
        "Gatehouse looks every name up, forbidden or not, in what it knows of the server, and answers what is not there for the caller in one way, "
            + "with the same work.",
        "With a catalogue that says of every name that it exists, the made-up one reaches the server, and the answers differ again.");

    internal override IReadOnlyList<PolicyRule> Rules =>
        [Policies.Everything, new PolicyRule { Id = "no-transfer", Forbids = true, Tools = new NameSet(["transfer"]) }];

    internal override async Task<Uri> StartUnguardedAsync(Bed bed) => await NaiveProxy.StartAsync(
        bed, (await CanaryServer.StartAsync(bed).ConfigureAwait(false)).Url,
        static (_, body) => body.AsSpan().IndexOf("\"transfer\""u8) < 0).ConfigureAwait(false);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(Bed bed) =>
        Upstream.Http((await CanaryServer.StartAsync(bed).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(Bed bed) => PartReplacements.None.Put(PartNames.Authorize, new AuthorizeStage(new BlankCatalogue()));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Scene scene)
    {
        var client = scene.As(Scene.Attacker);
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

    internal override Task<bool> UseHonestlyAsync(Scene scene) => Honest.EchoesAsync(scene);

    [GeneratedRegex("\"(requestId|id)\":(?:\"[^\"]*\"|[0-9]+)")]
    private static partial Regex Identifier();
}
