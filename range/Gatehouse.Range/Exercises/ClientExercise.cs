using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>An exercise about a proxy whose HTTP client follows redirects of a server, or repeats requests that got no answer.</summary>
public abstract class ClientExercise : Exercise
{
    /// <summary>The HTTP client of the proxy, and of the upstream that replaces the protection.</summary>
    private protected abstract HttpMessageInvoker Client { get; }

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await StartServerAsync(fixture).ConfigureAwait(false);
        return await NaiveProxy.StartAsync(fixture, server, static (_, _) => true, client: Client).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var server = await StartServerAsync(fixture).ConfigureAwait(false);
        fixture.Backend = server.ToString();
        return Upstream.Http(server);
    }

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.Upstreams, _ => new ClientUpstream(new Uri(fixture.Backend), Client));

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    /// <summary>
    /// Returns the handler of tool calls. It gets the request and the name of the tool, and returns true where it answered; otherwise the server
    /// answers.
    /// </summary>
    /// <param name="fixture">Owns the listeners that the handler needs.</param>
    private protected abstract Task<Func<HttpContext, string, bool>> AnswersAsync(RangeFixture fixture);

    private async Task<Uri> StartServerAsync(RangeFixture fixture)
    {
        var answers = await AnswersAsync(fixture).ConfigureAwait(false);
        var server = await CanaryServer.StartAsync(
            fixture, overrides: (context, message) => Task.FromResult(ToolOf(message) is { } tool && answers(context, tool))).ConfigureAwait(false);
        return server.Url;
    }

    private static string? ToolOf(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("method", out var method) && method.GetString() == "tools/call"
            ? message.GetProperty("params").GetProperty("name").GetString() : null;
}
