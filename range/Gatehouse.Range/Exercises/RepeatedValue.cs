using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A small request that becomes large, because its template repeats its value.</summary>
public sealed class RepeatedValue : Exercise
{
    private const string Notes = "notes://{owner}/{id}";
    private const int Times = 500;
    private const int Value = 4_000;

    /// <inheritdoc />
    public override string Id => "repeated-value";

    /// <inheritdoc />
    public override string Title => "A small request that fills the memory";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-03"];

    /// <inheritdoc />
    public override string Protection => "stage validate, a bound on a template and on what it becomes with the values of the request";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy decides on completions by their resource. It inserts the values of the request into the template, and then asks its policy.",
        $"Mallory completes a template that names one variable {Times} times, and sends a value of {Value} characters. The request has 8 KB, and the "
            + "proxy makes two million characters of it. The number grows with the square of the request, and the proxy asks for no right before.",
        "Gatehouse stops when the template passes 4,096 characters, the longest URI that its policy looks at, and refuses the request. It does so "
            + "without reading values that could not fit.",
        "With stages that have no bound, the gateway makes the two million characters again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => await NaiveProxy.StartAsync(
        fixture, await StartServerAsync(fixture).ConfigureAwait(false), (_, body) =>
        {
            if (body.Length > 0) TemplateFilling.Note(fixture.Canary, body);
            return true;
        }).ConfigureAwait(false);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http(await StartServerAsync(fixture).ConfigureAwait(false));

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None
        .Put(PartNames.Validate, new NaiveValidate(static bytes => bytes))
        .Put(PartNames.Authorize, new FillingAuthorize(fixture.Canary));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var attacker = context.As(AttackContext.Attacker);
        var template = "notes://" + string.Concat(Enumerable.Repeat("{owner}", Times)) + "/{id}";
        var reply = await AskAsync(attacker, template, new string('A', Value)).ConfigureAwait(false);
        var made = TemplateFilling.Largest(context.Canary);
        // A gateway that lets the request pass has made the text of it, or does not know what it decided on.
        var passed = reply.Holds("a-note") || made > Times * Value;
        return
        [
            new Attempt("a value that the template repeats", passed,
                passed ? $"{made} characters were made of a request of 8 KB" : $"the request was refused: {reply.Summary()}"),
        ];
    }

    internal override async Task<bool> UseHonestlyAsync(AttackContext context) =>
        (await AskAsync(context.As(AttackContext.Victim), Notes, AttackContext.Victim).ConfigureAwait(false)).Holds("a-note");

    private static async Task<RangeReply> AskAsync(RangeClient client, string uri, string owner)
    {
        await client.InitializeAsync().ConfigureAwait(false);
        return await client.PostAsync(client.Body("completion/complete", JsonSerializer.Serialize(new
        {
            @ref = new { type = "ref/resource", uri },
            argument = new { name = "id", value = "" },
            context = new { arguments = new { owner } },
        }))).ConfigureAwait(false);
    }

    // It uses the one value and not the template, as servers do.
    private static Task<Uri> StartServerAsync(RangeFixture fixture) =>
        ResourceServer.StartAsync(fixture, Notes, null, static (method, _) => method == "completion/complete" ? ResourceServer.Completion("a-note") : null);
}
