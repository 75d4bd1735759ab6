using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>Secrets and personal data leave in results and arguments.</summary>
public sealed class LeakedData : Exercise
{
    private const string Card = "4111 1111 1111 1111";
    private const string Iban = "DE89370400440532013000";

    private static readonly string[] Numbers = ["1111 1111", "11111111", "0044053201"];

    // The form of a token, and no token of anybody.
    private static readonly string Secret = "ghp_" + "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx";

    /// <inheritdoc />
    public override string Id => "leaked-data";

    /// <inheritdoc />
    public override string Title => "Secrets and personal data in results and arguments";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP01", "MCP10"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["DP-01"];

    /// <inheritdoc />
    public override string Protection => "stages inspect-request and inspect-response, rules of protection";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server of the personnel department answers with whole records. The provider of the model gets every card and account number that a result has.",
        "The data are in a text, in a text with escapes, in a member, in a number, in JSON within a text, in a name of a member, and in an error. In the other "
            + "direction an agent was talked into handing a token to a weather tool.",
        "With the preset balanced, Gatehouse puts a placeholder in the place of each in a result, and refuses the call with the token.",
        "Without the rules of protection, the data reach the model, and the token the weather server.");

    internal override GatewaySettings Configure(GatewaySettings settings) => settings with
    {
        Protection = new ProtectionSettings { IsConfigured = true, Preset = ProtectionPreset.Balanced },
    };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await StartServerAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None
        .Put(PartNames.ResponseRule("protection"), new PassingRule("protection"))
        .Put(PartNames.RequestRule("protection"), new PassingRule("protection"));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        List<Attempt> attempts = [];
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        foreach (var name in Results.Keys)
        {
            var reply = await client.CallAsync("echo", new { text = name }).ConfigureAwait(false);
            var left = Numbers.Any(reply.Holds);
            attempts.Add(new Attempt(name, left, left ? "the model read the number" : $"the model read no number: {reply.Summary()}"));
        }

        await client.CallAsync("echo", new { text = $"the weather, with {Secret}" }).ConfigureAwait(false);
        var isHeard = context.Canary.Songs.Contains("a token reached the server");
        attempts.Add(new Attempt("a token in an argument", isHeard, isHeard ? "the server got the token" : "the server got no token"));
        return attempts;
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    private static readonly Dictionary<string, object> Results = new()
    {
        ["a text"] = new { content = Words($"paid with {Card}") },
        ["a member"] = new { content = Words("x"), structuredContent = new { account = Iban } },
        ["a number"] = new { content = Words("x"), structuredContent = new { card = 4111111111111111 } },
        ["JSON within a text"] = new { content = Words(JsonSerializer.Serialize(new { account = Iban })) },
        ["a name of a member"] = new { content = Words("x"), structuredContent = new Dictionary<string, int> { [Card] = 1 } },
        ["an error"] = new { content = Words($"no such account: {Iban}"), isError = true },
    };

    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture) =>
        CanaryServer.StartAsync(fixture, overrides: (context, message) => AnswerAsync(fixture, context, message));

    private static async Task<bool> AnswerAsync(RangeFixture fixture, HttpContext context, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("method", out var method) || method.GetString() != "tools/call")
            return false;
        var text = message.GetProperty("params").GetProperty("arguments").GetRawText();
        if (text.Contains("ghp_", StringComparison.Ordinal)) fixture.Canary.Sing("a token reached the server");
        var asked = message.GetProperty("params").GetProperty("arguments").TryGetProperty("text", out var name) ? name.GetString() : null;
        if (asked is null || !Results.TryGetValue(asked, out var result)) return false;
        var id = message.GetProperty("id");
        await CanaryServer.WriteAsync(context, new { jsonrpc = "2.0", id, result }).ConfigureAwait(false);
        return true;
    }

    private static object[] Words(string text) => [new { type = "text", text }];
}
