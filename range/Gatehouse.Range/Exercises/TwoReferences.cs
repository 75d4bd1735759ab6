using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A reference that is a resource to the policy and a prompt to the server.</summary>
public sealed class TwoReferences : Exercise
{
    private const string Known = "demo://known/{id}";

    /// <inheritdoc />
    public override string Id => "two-references";

    /// <inheritdoc />
    public override string Title => "A completion's reference with two readings";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-06", "AZ-01"];

    /// <inheritdoc />
    public override string Protection => "stage validate, one form of a reference; stage authorize, which reads its type";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy permits completions whose reference has a permitted URI. The server uses the reference's type, as the official SDKs do, and "
            + "ignores members that the type does not have.",
        "Mallory requests a completion for a prompt that is hidden from Mallory, and adds the URI of a permitted resource. The values of the "
            + "prompt's argument are customers.",
        "Gatehouse reads the type. A reference to a prompt has a name and no URI, and a reference to a resource has a URI and no name. Gatehouse "
            + "refuses every other reference before any other stage decides.",
        "With stages that read the URI first, the server returns the customers again.");

    internal override IReadOnlyList<PolicyRule> RulesFor(RangeFixture fixture) => Policies.Read(
        """
        version: 1
        rules:
          - id: known
            permit: { subjects: [alice, mallory], resources: ["demo://known/*"] }
        """);

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => await NaiveProxy.StartAsync(
        fixture, await StartServerAsync(fixture).ConfigureAwait(false),
        (_, body) => !NaiveReading.Completes(body) || NaiveReading.HasReferenceTo(body, "demo://known/")).ConfigureAwait(false);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http(await StartServerAsync(fixture).ConfigureAwait(false));

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None
        .Put(PartNames.Validate, new NaiveValidate(static bytes => bytes))
        .Put(PartNames.Authorize, new UriFirstAuthorize("demo://known/"));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await CompleteAsync(context, "a prompt with a URI beside its name",
            new { type = "ref/prompt", name = "customers", uri = Known }).ConfigureAwait(false),
        await CompleteAsync(context, "the URI first", new { uri = Known, name = "customers", type = "ref/prompt" }).ConfigureAwait(false),
    ];

    internal override async Task<bool> UseHonestlyAsync(AttackContext context) =>
        (await AskAsync(context.As(AttackContext.Victim), new { type = "ref/resource", uri = Known }).ConfigureAwait(false)).Holds("known-1");

    private static async Task<Attempt> CompleteAsync(AttackContext context, string name, object reference)
    {
        var reply = await AskAsync(context.As(AttackContext.Attacker), reference).ConfigureAwait(false);
        var told = reply.Holds(context.Canary.Secret);
        return new Attempt(name, told, told ? "the customers came back" : $"no customers: {reply.Summary()}");
    }

    private static async Task<RangeReply> AskAsync(RangeClient client, object reference)
    {
        await client.InitializeAsync().ConfigureAwait(false);
        return await client.PostAsync(
            client.Body("completion/complete",
                JsonSerializer.Serialize(new { @ref = reference, argument = new { name = "id", value = "" } }))).ConfigureAwait(false);
    }

    private static Task<Uri> StartServerAsync(RangeFixture fixture) =>
        ResourceServer.StartAsync(fixture, Known, "customers", (method, parameters) => method != "completion/complete"
        ? null
        : ResourceServer.Completion(parameters.GetProperty("ref").GetProperty("type").GetString() == "ref/prompt"
        ? fixture.Canary.Secret : "known-1"));
}
