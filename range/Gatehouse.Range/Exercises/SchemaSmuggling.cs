using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>Arguments that the tool never declared, and that its code takes all the same.</summary>
public sealed class SchemaSmuggling : Exercise
{
    /// <inheritdoc />
    public override string Id => "schema-smuggling";

    /// <inheritdoc />
    public override string Title => "Arguments that the tool's schema does not allow";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP05", "MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["TP-04", "H18"];

    /// <inheritdoc />
    public override string Protection => "stage inspect-request, arguments against schemas";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A tool finds notes of one owner, and declares exactly one string argument. Its code copies all arguments over its own options, and passes "
            + "the filter to its store unchanged.",
        "Mallory adds an undeclared option, sends an operator of the store instead of the string, and requests more entries than declared. The "
            + "server returns notes of other persons.",
        "Gatehouse checks the arguments of each call with the schema in the tool's own definition. Arguments that do not match never reach the "
            + "server. The caller receives the place and the keyword.",
        "Without the check of schemas, the server returns the notes again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await StartServerAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.RequestRule("arguments"), new PassingRule("arguments"));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await FindAsync(context, "an option that is not declared", new { owner = "mallory", everybody = true }).ConfigureAwait(false),
        await FindAsync(context, "an operator in place of a text",
            new { owner = new Dictionary<string, string> { ["$ne"] = "" } }).ConfigureAwait(false),
        await FindAsync(context, "more than is declared", new { owner = "mallory", most = 1000 }).ConfigureAwait(false),
    ];

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        var own = await client.CallAsync("find-notes", new { owner = "alice", most = 5 }).ConfigureAwait(false);
        var nothing = await client.CallAsync("echo", new { text = "free to take anything", more = 1 }).ConfigureAwait(false);
        return own.Holds("note of alice") && nothing.Holds("free to take anything");
    }

    private static async Task<Attempt> FindAsync(AttackContext context, string name, object arguments)
    {
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("find-notes", arguments).ConfigureAwait(false);
        var read = reply.Holds(context.Canary.Secret);
        return new Attempt(name, read, read ? "another person's note came back" : $"nothing came back: {reply.Summary()}");
    }

    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture) =>
        CanaryServer.StartAsync(fixture, overrides: (context, message) => AnswerAsync(context, message, fixture.Canary));

    private static async Task<bool> AnswerAsync(HttpContext context, JsonElement message, Canary canary)
    {
        if (message.ValueKind != JsonValueKind.Object
            || !message.TryGetProperty("method", out var method) || !message.TryGetProperty("id", out var id)) return false;
        if (method.GetString() == "tools/list")
        {
            var schema = new
            {
                type = "object",
                properties = new { owner = new { type = "string" }, most = new { type = "integer", minimum = 1, maximum = 10 } },
                required = new[] { "owner" },
                additionalProperties = false,
            };
            await CanaryServer.WriteAsync(context,
                new
                {
                    jsonrpc = "2.0",
                    id,
                    result = new
                    {
                        resultType = "complete",
                        tools = new object[]
                            { new { name = "find-notes", inputSchema = schema },
                                new { name = "echo", inputSchema = new { type = "object" } } }
                    }
                }).ConfigureAwait(false);
            return true;
        }

        if (method.GetString() != "tools/call" || message.GetProperty("params").GetProperty("name").GetString() != "find-notes") return false;
        await CanaryServer.WriteAsync(context,
            CanaryServer.Result(id, Find(message.GetProperty("params").GetProperty("arguments"), canary))).ConfigureAwait(false);
        return true;
    }

    // Options as they come, a filter as it comes, and the limit of pages taken for a limit of rights.
    private static string Find(JsonElement arguments, Canary canary)
    {
        var owner = arguments.GetProperty("owner");
        var everybody = arguments.TryGetProperty("everybody", out var all) && all.ValueKind == JsonValueKind.True;
        var operators = owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty("$ne", out _);
        var beyond = arguments.TryGetProperty("most", out var most) && most.GetInt32() > 10;
        return everybody || operators || beyond ? $"note of alice: {canary.Secret}" : $"note of {owner.GetString()}";
    }
}
