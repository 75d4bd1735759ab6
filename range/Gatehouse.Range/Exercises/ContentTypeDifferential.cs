using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Exercises;

/// <summary>What does not look like JSON is not judged, and executed all the same.</summary>
public sealed class ContentTypeDifferential : FilteredExercise
{
    /// <inheritdoc />
    public override string Id => "content-type";

    /// <inheritdoc />
    public override string Title => "Content-Type that one side does not recognize";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-06", "AZ-01"];

    /// <inheritdoc />
    public override string Protection => "stages accept (media types) and authorize (every message)";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A policy proxy checks bodies of type application/json, with exactly this spelling, and passes other bodies on without a check. The server "
            + "reads every body as JSON.",
        "Mallory sends Application/json, text/plain, or no type, and calls transfer.",
        "Gatehouse compares media types without case, and accepts only JSON. It checks every message that it accepts, so no path bypasses the "
            + "policy.",
        "With stages that accept every type and check only the types that they recognize, the server transfers the money again.");

    internal override async Task<Uri> StartServerAsync(RangeFixture fixture) => (await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => await NaiveProxy.StartAsync(
        fixture, await StartServerAsync(fixture).ConfigureAwait(false),
        (request, body) => request.ContentType != "application/json" || NaiveReading.CallsNothingButEcho(body)).ConfigureAwait(false);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.Accept, new PathOnlyAccept()).Put(PartNames.Authorize, new TypeSensitiveAuthorize());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await SendAsync(context, "Application/json", Call, "Application/json").ConfigureAwait(false),
        await SendAsync(context, "application/json; charset=UTF-8", Call, "application/json; charset=UTF-8").ConfigureAwait(false),
        await SendAsync(context, "text/plain", Call, "text/plain").ConfigureAwait(false),
        await SendAsync(context, "no type", Call, null).ConfigureAwait(false),
    ];

    private static string Call(RangeClient client, string amount) => client.CallBody("transfer", new { amount });
}
