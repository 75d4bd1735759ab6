using Gatehouse.Gateway;
using System.Text.Json;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Range.Doubles;

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
    public override Story Story { get; } = new(
        "A policy proxy finds the tool's name by reading until the first \"name\". The server behind it, on the official TypeScript SDK, keeps the "
            + "last.",
        "Mallory writes the name twice: echo, which he may call, and transfer, which nobody may. The same with an escape in the second, and with "
            + "params twice.",
        "Gatehouse forwards only messages that every reader reads alike. A member that occurs twice, also after unescaping, is refused before "
            + "anyone decides anything.",
        "With a stage that reads the first and forwards the bytes, money moves again.");

    /// <inheritdoc />
    public override Need Needs => Need.Node;

    internal override Task<Uri> StartServerAsync(Bed bed) => HostedProcess.SdkHttpAsync(bed);

    internal override async Task<Uri> StartUnguardedAsync(Bed bed) => await NaiveProxy.StartAsync(
        bed, await StartServerAsync(bed).ConfigureAwait(false), (_, body) => NaiveReading.CallsNothingButEcho(body)).ConfigureAwait(false);

    internal override PartReplacements Replace(Bed bed) => PartReplacements.None.Put(PartNames.Validate, new NaiveValidate(Views.FirstMembers));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Scene scene) =>
    [
        await SendAsync(scene, "name twice", (client, amount) =>
            client.Body("tools/call",
                "{\"name\":\"echo\",\"arguments\":{\"text\":\"x\",\"amount\":" + Quoted(amount) + "},\"name\":\"transfer\"}")).ConfigureAwait(false),
        await SendAsync(scene, "name twice, one escaped", (client, amount) =>
            client.Body("tools/call", "{\"name\":\"echo\",\"n\\u0061me\":\"transfer\",\"arguments\":{\"text\":\"x\",\"amount\":"
                + Quoted(amount) + "}}")).ConfigureAwait(false),
        await SendAsync(scene, "params twice", (client, amount) =>
            client.Body("tools/call",
                "{\"name\":\"echo\",\"arguments\":{\"text\":\"x\"}},\"params\":{\"name\":\"transfer\",\"arguments\":{\"amount\":"
                    + Quoted(amount) + "}}")).ConfigureAwait(false),
    ];

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
