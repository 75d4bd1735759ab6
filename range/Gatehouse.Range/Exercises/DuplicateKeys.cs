using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Exercises;

/// <summary>Two members of one name: the policy reads the first, the server the last.</summary>
public sealed class DuplicateKeys : FilteredExercise
{
    /// <inheritdoc />
    public override string Id => "duplicate-keys";

    /// <inheritdoc />
    public override string Title => "Duplicate JSON members";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-06", "AZ-01"];

    /// <inheritdoc />
    public override string Protection => "stage validate, one reading of a message";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A policy proxy reads the tool's name up to the first \"name\" member. The server behind it, on the official TypeScript SDK, uses the last "
            + "one.",
        "Mallory writes the name twice: echo, which Mallory may call, and transfer, which no caller may call. Other variants escape a character in "
            + "the second name, or repeat params.",
        "Gatehouse forwards only messages that all parsers read alike. It refuses a member that occurs twice, also after unescaping, before any "
            + "other stage decides.",
        "With a stage that reads the first member and forwards the bytes, the server transfers the money again.");

    /// <inheritdoc />
    public override Need Needs => Need.Node;

    internal override Task<Uri> StartServerAsync(RangeFixture fixture) => HostedProcess.SdkHttpAsync(fixture);

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => await NaiveProxy.StartAsync(
        fixture, await StartServerAsync(fixture).ConfigureAwait(false), (_, body) => NaiveReading.CallsNothingButEcho(body)).ConfigureAwait(false);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.Validate, new NaiveValidate(Views.FirstMembers));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await SendAsync(context, "name twice", (client, amount) =>
            client.Body("tools/call",
                "{\"name\":\"echo\",\"arguments\":{\"text\":\"x\",\"amount\":" + Quoted(amount) + "},\"name\":\"transfer\"}")).ConfigureAwait(false),
        await SendAsync(context, "name twice, one escaped", (client, amount) =>
            client.Body("tools/call", "{\"name\":\"echo\",\"n\\u0061me\":\"transfer\",\"arguments\":{\"text\":\"x\",\"amount\":"
                + Quoted(amount) + "}}")).ConfigureAwait(false),
        await SendAsync(context, "params twice", (client, amount) =>
            client.Body("tools/call",
                "{\"name\":\"echo\",\"arguments\":{\"text\":\"x\"}},\"params\":{\"name\":\"transfer\",\"arguments\":{\"amount\":"
                    + Quoted(amount) + "}}")).ConfigureAwait(false),
    ];

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
