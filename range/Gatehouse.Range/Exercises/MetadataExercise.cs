using System.Text.Json.Nodes;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>
/// An attack by what a server says of itself. An agent that does what it reads is the victim; it succeeded when the server got what it asked for.
/// </summary>
public abstract class MetadataExercise : Exercise
{
    /// <summary>The honest tool that stands beside.</summary>
    private const string HonestTool = "add_numbers";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP03"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["TP-01"];

    /// <inheritdoc />
    public override string Protection => "stage forward, judge of metadata";

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.Judge("metadata"), new PassingJudge("metadata"));

    internal override Task<Uri> StartUnguardedAsync(RangeFixture fixture) => StartAsync(fixture);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http(await StartAsync(fixture).ConfigureAwait(false));

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var agent = new ObedientAgent(context.As(AttackContext.Victim), "nothing");
        await agent.ConnectAsync().ConfigureAwait(false);
        return await agent.UseAsync(name => name == HonestTool).ConfigureAwait(false)
            && await context.Canary.SingsAsync(HonestTool).ConfigureAwait(false);
    }

    /// <summary>The entries of the server beside the honest tool.</summary>
    internal abstract IReadOnlyDictionary<string, JsonArray> Lists { get; }

    /// <summary>The instructions of the server.</summary>
    internal virtual string? Instructions => null;

    /// <summary>The agent uses a tool and has read what it is given; the attempt succeeded when the file's content came to the server.</summary>
    internal static async Task<Attempt> UseAsync(AttackContext context, string what, Func<string, bool> isIt,
        Func<ObedientAgent, string>? alsoRead = null)
    {
        var secret = $"{context.Canary.Secret} {what}";
        var agent = new ObedientAgent(context.As(AttackContext.Victim), secret);
        await agent.ConnectAsync().ConfigureAwait(false);
        var used = await agent.UseAsync(isIt, alsoRead?.Invoke(agent) ?? "").ConfigureAwait(false);
        var came = await context.Canary.SingsAsync(secret).ConfigureAwait(false);
        return new Attempt(what, came, came
            ? "the server got the person's file" : used ? "the agent read nothing of it" : "the agent never saw the tool");
    }

    /// <summary>A tool with a text parameter.</summary>
    internal static JsonObject Tool(string name, string description, JsonObject? parameter = null, string parameterName = "note") => new()
    {
        ["name"] = name,
        ["description"] = description,
        ["inputSchema"] = new JsonObject
        { ["type"] = "object", ["properties"] = new JsonObject { [parameterName] = parameter ?? new JsonObject { ["type"] = "string" } } },
    };

    private Task<Uri> StartAsync(RangeFixture fixture)
    {
        var lists = Lists.ToDictionary(pair => pair.Key, pair => (JsonArray)pair.Value.DeepClone());
        if (!lists.TryGetValue("tools", out var tools)) lists["tools"] = tools = [];
        tools.Add(Tool(HonestTool, "Adds two numbers. Always give both; note that the sum is rounded before it is returned."));
        return TalkingServer.StartAsync(fixture, Instructions, lists);
    }
}
