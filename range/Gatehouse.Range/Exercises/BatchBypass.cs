using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Exercises;

/// <summary>Several messages in one body, of which the policy sees one or none.</summary>
public sealed class BatchBypass : FilteredExercise
{
    /// <inheritdoc />
    public override string Id => "batch-bypass";

    /// <inheritdoc />
    public override string Title => "JSON-RPC batch";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-06", "T05"];

    /// <inheritdoc />
    public override string Protection => "stage validate, one message in a body";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A policy proxy checks only the first call of a body. The server behind it, on the official TypeScript SDK, still executes batches.",
        "Mallory sends an array with a harmless echo and then transfer, or with transfer as the only call after a notification.",
        "Gatehouse refuses an array as a body in every revision, also with a single element.",
        "With a stage that checks only the first element and forwards the bytes, the server transfers the money again.");

    /// <inheritdoc />
    public override Need Needs => Need.Node;

    internal override Task<Uri> StartServerAsync(RangeFixture fixture) => HostedProcess.SdkHttpAsync(fixture);

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => await NaiveProxy.StartAsync(
        fixture, await StartServerAsync(fixture).ConfigureAwait(false),
        (_, body) => NaiveReading.CallsNothingButEcho(Views.FirstOfBatch(body))).ConfigureAwait(false);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.Validate, new NaiveValidate(Views.FirstOfBatch));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await SendAsync(context, "echo and transfer", (client, amount) =>
            $"[{client.CallBody("echo", new { text = "x" })},{client.CallBody("transfer", new { amount })}]").ConfigureAwait(false),
        await SendAsync(context, "notification and transfer", (client, amount) =>
            "[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/roots/list_changed\"},"
            + client.CallBody("transfer", new { amount }) + "]").ConfigureAwait(false),
    ];
}
