using System.Globalization;
using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>A server acts, and ends the connection before it answers.</summary>
public sealed class RepeatedCall : Exercise
{
    private const string Acted = "moved 900";

    /// <inheritdoc />
    public override string Id => "repeated-call";

    /// <inheritdoc />
    public override string Title => "A call that is carried out twice";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP05", "MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-04"];

    /// <inheritdoc />
    public override string Protection => "stage forward, HTTP upstream: a request that was sent and may have acted is never repeated";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy repeats each request that got no answer, so that a short failure of a server is not seen.",
        "A server moves the money and ends the connection before it answers, by a fault or because its owner earns twice. The proxy sends the call a "
            + "second time.",
        "Gatehouse repeats only requests that were never sent, or that only read. The caller gets an error, and the log has a call whose outcome is "
            + "unknown.",
        "With an upstream that repeats each request, the money is moved twice again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await StartServerAsync(fixture).ConfigureAwait(false);
        return await NaiveProxy.StartAsync(fixture, server, static (_, _) => true, client: Loopback.RepeatingClient).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var server = await StartServerAsync(fixture).ConfigureAwait(false);
        fixture.Backend = server.ToString();
        return Upstream.Http(server);
    }

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.Upstreams, _ => new ClientUpstream(new Uri(fixture.Backend), Loopback.RepeatingClient));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var victim = context.As(AttackContext.Victim);
        await victim.InitializeAsync().ConfigureAwait(false);
        await victim.CallAsync("look-up").ConfigureAwait(false);
        if (!await context.Canary.SingsAsync(Acted).ConfigureAwait(false)) throw new InvalidOperationException("the server was not called");
        var count = context.Canary.Songs.Count(static song => song == Acted);
        return [new Attempt("a call without an answer", count > 1, "carried out " + Times(count))];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    private static string Times(int count) => count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");

    private static async Task<Uri> StartServerAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(
            fixture, overrides: (context, message) => Task.FromResult(IsAborted(context, message, fixture.Canary))).ConfigureAwait(false);
        return server.Url;
    }

    private static bool IsAborted(HttpContext context, JsonElement message, Canary canary)
    {
        if (message.ValueKind != JsonValueKind.Object) return false;
        var text = message.GetRawText();
        if (!text.Contains("\"tools/call\"", StringComparison.Ordinal) || !text.Contains("\"look-up\"", StringComparison.Ordinal)) return false;
        canary.Sing(Acted);
        context.Abort();
        return true;
    }
}
