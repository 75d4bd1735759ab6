using System.Text.Json.Nodes;

namespace Gatehouse.Policy.Tests.Oracle;

/// <summary>Makes policies, callers and requests over a small world, so that rules meet.</summary>
internal sealed class Generator(int seed)
{
    public static readonly string[] Servers = ["files", "notes"];
    public static readonly string[] Tools = ["read_file", "read_note", "write", "delete"];
    public static readonly string[] Prompts = ["write", "sum"];
    public static readonly string[] Resources = ["notes://alice/1", "notes://bob/1", "file:///a"];
    private static readonly string[] ToolPatterns = ["read_*", "write", "delete", "*e*", "read_file", "*"];
    private readonly Random random = new(seed);

    public OracleRule[] Policy() => [.. Enumerable.Range(0, random.Next(1, 8)).Select(i => Rule($"r{i}"))];

    /// <summary>A policy in which most permits of calls ask a person.</summary>
    public OracleRule[] PolicyThatAsks() => [.. Policy().Select(rule => rule with { Asks = !rule.Forbids && MayAsk(rule) && !Chance(3) })];

    private static bool MayAsk(OracleRule rule) => !rule.Lists.TryGetValue("directions", out var directions)
        || (directions.Contains("calls") && directions.All(word => word is "calls" or "lists"));

    public Caller Caller()
    {
        var claims = new JsonObject();
        if (Chance(2)) claims["region"] = Pick<JsonNode>(["eu", "us", 5, true]);
        if (Chance(2)) claims["level"] = Pick<JsonNode>([1, 3, 9007199254740993, "3"]);
        if (Chance(3)) claims["teams"] = new JsonArray("red", Pick(["blue", "green"]));
        return new Caller(Pick(["alice", "bob"]), Pick(["app", "cli", null]), Some(["staff", "admin"]), Some(["blue", "red"]),
            Some(["mcp:read", "mcp:write"]), Chance(4), claims);
    }

    public Question Question()
    {
        var target = Pick([PolicyTarget.Tool, PolicyTarget.Tool, PolicyTarget.Tool, PolicyTarget.Prompt, PolicyTarget.Resource, PolicyTarget.None]);
        var direction = Pick(
            [PolicyDirection.Calls, PolicyDirection.Calls, PolicyDirection.Lists, PolicyDirection.Sampling, PolicyDirection.Elicitation]);
        var name = target switch
        {
            PolicyTarget.Tool => Pick(Tools),
            PolicyTarget.Prompt => Pick(Prompts),
            PolicyTarget.Resource => Pick(Resources),
            _ => null
        };
        return new Question(Pick(Servers), target, name, direction, Arguments(), random.Next(24));
    }

    private OracleRule Rule(string id)
    {
        var forbids = Chance(3);
        var lists = new Dictionary<string, string[]>();
        Maybe(lists, "subjects", ["alice", "b*"], 4);
        Maybe(lists, "clients", ["app", "c*"], 6);
        Maybe(lists, "roles", ["staff", "admin", "ad*"], 3);
        Maybe(lists, "groups", ["blue", "r*"], 6);
        Maybe(lists, "scopes", ["mcp:read", "mcp:write"], 5);
        Maybe(lists, "servers", ["files", "n*"], 3);
        Maybe(lists, "tools", ToolPatterns, 2);
        Maybe(lists, "prompts", ["write", "s*"], 5);
        Maybe(lists, "resources", ["notes://alice/*", "notes://bob/1", "file:*"], 5);
        Maybe(lists, "directions", ["calls", "lists", "sampling", "elicitation"], 4);
        return new OracleRule(id, forbids, lists, [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => Condition(2))]);
    }

    private OracleCondition Condition(int depth) => random.Next(depth > 0 ? 10 : 7) switch
    {
        0 => new OracleHours(random.Next(24), random.Next(24)),
        1 => new OracleValue(false, Pick(["region", "level", "teams"]), "equals", Pick(["\"eu\"", "3", "true", "\"red\""])),
        2 => new OracleValue(Chance(2), Pick(["region", "level"]), "present", Pick(["true", "false"])),
        < 7 => Argument(),
        7 => new OracleNot(Condition(depth - 1)),
        var n => new OracleGroup(n == 8, [Condition(depth - 1), Condition(depth - 1)]),
    };

    private OracleValue Argument() => random.Next(6) switch
    {
        0 => new OracleValue(true, "region", "equalsClaim", "region"),
        1 => new OracleValue(true, "path", "under", "/srv/data"),
        2 => new OracleValue(true, "limit", "atMost", Pick(["3", "100", "-1"])),
        3 => new OracleValue(true, "region", "in", "[\"eu\", 5, true]"),
        4 => new OracleValue(true, "path", "startsWith", "/srv"),
        _ => new OracleValue(true, "region", "matches", "\"e[a-z]*|us\""),
    };

    private JsonNode? Arguments()
    {
        if (Chance(6)) return Pick<JsonNode?>([null, new JsonArray(), "text"]);
        var arguments = new JsonObject();
        if (Chance(2)) arguments["region"] = Pick<JsonNode?>(["eu", "us", 5, 5.0, true, null, new JsonArray("eu"), new JsonObject()]);
        if (Chance(2)) arguments["limit"] =
            Pick<JsonNode?>([3, 100, 100.5, 9007199254740993, "3", -1, JsonNode.Parse("1e2"), JsonNode.Parse("0.1000000000000000000001")]);
        if (Chance(2))
            arguments["path"] =
                Pick<JsonNode?>(["/srv/data", "/srv/data/a", "/srv/database", "/srv//data/./a", "/srv/data/../x", "srv/data", "/srv/data/%2e",
                    "/srv\\data", "/srv/data/a\u0000", new JsonArray("/srv/data")]);
        return arguments;
    }

    private void Maybe(Dictionary<string, string[]> lists, string key, string[] values, int oneIn)
    {
        if (Chance(oneIn) && Some(values) is { Length: > 0 } chosen) lists[key] = chosen;
    }

    private string[] Some(string[] values) => [.. values.Where(_ => Chance(2))];

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private T Pick<T>(T[] values)
    {
        var value = values[random.Next(values.Length)];
        return value is JsonNode node ? (T)(object)node.DeepClone() : value;
    }
}
