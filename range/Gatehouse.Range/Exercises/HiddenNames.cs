using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>What the list does not show is told by an error and by a completion.</summary>
public sealed class HiddenNames : Exercise
{
    private static readonly string[] Shown = ["echo"];

    /// <inheritdoc />
    public override string Id => "hidden-names";

    /// <inheritdoc />
    public override string Title => "Denied tool named in an error and in a completion";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP10"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-01"];

    /// <inheritdoc />
    public override string Protection => "stage inspect-response, rule of hidden names";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server answers a faulty call with the names of all its tools, and completes a prompt's argument with them.",
        "Mallory, who may call only echo and sees the tool with the secret name in no list, calls echo without its argument and requests "
            + "completions.",
        "Gatehouse knows all entries of the server, and which of them the caller sees. It replaces an error that names another entry with an error "
            + "without text, and removes such values from completions.",
        "Without the rule for hidden names, Mallory receives the name in both ways again.");

    internal override IReadOnlyList<PolicyRule> Rules => [Policies.EchoAlone with { Prompts = new NameSet(["use"]) }];

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await StartServerAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.ResponseRule("hidden-names"), new PassingRule("hidden-names"));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        var error = await client.CallAsync("echo").ConfigureAwait(false);
        var completion = await client.PostAsync(
            client.Body("completion/complete",
                "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"use\"},\"argument\":{\"name\":\"tool\",\"value\":\"\"}}")).ConfigureAwait(false);
        return [Judge(context, "by an error", error), Judge(context, "by a completion", completion)];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    private static Attempt Judge(AttackContext context, string name, RangeReply reply)
    {
        var read = reply.Holds(context.Canary.Secret);
        return new Attempt(name, read, read ? "the hidden name came back" : $"the hidden name is not there: {reply.Summary()}");
    }

    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture) =>
        CanaryServer.StartAsync(fixture, overrides: (context, message) => AnswerAsync(context, message, fixture.Canary.Secret));

    private static async Task<bool> AnswerAsync(HttpContext context, JsonElement message, string hidden)
    {
        if (message.ValueKind != JsonValueKind.Object
            || !message.TryGetProperty("method", out var method) || !message.TryGetProperty("id", out var id)) return false;
        string[] all = [.. Shown, hidden];
        object? answer = method.GetString() switch
        {
            "tools/list" => new
            {
                jsonrpc = "2.0",
                id,
                result = new { tools = all.Select(name => new { name, inputSchema = new { type = "object" } }) }
            },
            "prompts/list" => new { jsonrpc = "2.0", id, result = new { prompts = new[] { new { name = "use" } } } },
            "completion/complete" => new { jsonrpc = "2.0", id, result = new { completion = new { values = all, total = all.Length } } },
            "tools/call" when !message.GetRawText().Contains("\"text\"", StringComparison.Ordinal) =>
                new { jsonrpc = "2.0", id, error = new { code = -32602, message = "text is missing; see also " + string.Join(", ", all) } },
            _ => null,
        };
        if (answer is null) return false;
        await CanaryServer.WriteAsync(context, answer).ConfigureAwait(false);
        return true;
    }
}
