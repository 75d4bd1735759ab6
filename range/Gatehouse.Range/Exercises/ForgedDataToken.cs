using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>Tokens that stand for values become the values for another person, or at another tool.</summary>
public sealed partial class ForgedDataToken : Exercise
{
    private const string Iban = "DE89370400440532013000";

    /// <inheritdoc />
    public override string Id => "forged-data-token";

    /// <inheritdoc />
    public override string Title => "A token for a value, made up or in other hands";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP01", "MCP10"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["DP-01"];

    /// <inheritdoc />
    public override string Protection => "stages inspect-request and inspect-response, tokens of one conversation";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server answers with an account number. Everyone who sees the answer has the number.",
        "The model of the victim sees a token in place of the number. Mallory sends that token, and the first one of a count, to a tool that repeats its "
            + "argument. The victim's agent is talked into sending it to a tool that has no right to the number.",
        "Gatehouse turns a token back only in the conversation in which it was given, and only for a tool that a rule names. Others get the token.",
        "With one numbered table for everyone, each of them gets the number.");

    internal override GatewaySettings Configure(GatewaySettings settings) => settings with
    {
        Protection = new ProtectionSettings
        {
            IsConfigured = true,
            Rules =
            [
                new ProtectionRule
                {
                    Id = "transfers", Mode = ProtectionMode.Reveal, Kinds = new NameSet(["iban"]), Tools = new NameSet(["transfer"]),
                    Direction = ProtectionDirection.ToServer,
                },
                new ProtectionRule { Id = "accounts", Mode = ProtectionMode.Tokenise, Kinds = new NameSet(["iban"]) },
            ],
        },
    };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await StartServerAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture)
    {
        var naive = new CountedTokens();
        return PartReplacements.None.Put(PartNames.ResponseRule("protection"), naive).Put(PartNames.RequestRule("protection"), naive);
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var victim = context.As(AttackContext.Victim);
        await victim.InitializeAsync().ConfigureAwait(false);
        var seen = (await victim.CallAsync("look-up", new { text = "account" }).ConfigureAwait(false)).Text;
        var token = Token().Match(seen) is { Success: true } found ? found.Value : Iban;
        var mallory = context.As(AttackContext.Attacker);
        await mallory.InitializeAsync().ConfigureAwait(false);
        return
        [
            await TryAsync(context, mallory, "the token of another person", token).ConfigureAwait(false),
            await TryAsync(
                context, mallory, "the first token of a count", seen.Contains(Iban, StringComparison.Ordinal) ? Iban : "[[IBAN:0000000001]]")
                .ConfigureAwait(false),
            await TryAsync(context, victim, "a tool without the right", token).ConfigureAwait(false),
        ];
    }

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        var seen = (await client.CallAsync("look-up", new { text = "account" }).ConfigureAwait(false)).Text;
        var token = Token().Match(seen) is { Success: true } found ? found.Value : Iban;
        return (await client.CallAsync("transfer", new { text = token }).ConfigureAwait(false)).Holds("paid");
    }

    private static async Task<Attempt> TryAsync(AttackContext context, RangeClient client, string name, string token)
    {
        var before = context.Canary.Songs.Count;
        await client.CallAsync("echo", new { text = token }).ConfigureAwait(false);
        var isHeard = context.Canary.Songs.Count > before;
        return new Attempt(name, isHeard, isHeard ? "the tool got the number" : "the tool got no number");
    }

    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture) =>
        CanaryServer.StartAsync(fixture, overrides: (context, message) => AnswerAsync(fixture, context, message));

    private static async Task<bool> AnswerAsync(RangeFixture fixture, HttpContext context, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("method", out var method) || method.GetString() != "tools/call")
            return false;
        var parameters = message.GetProperty("params");
        var hasNumber = parameters.GetProperty("arguments").GetRawText().Contains(Iban, StringComparison.Ordinal);
        var answer = parameters.GetProperty("name").GetString() switch
        {
            "look-up" => $"account {Iban}",
            "transfer" => hasNumber ? "paid" : "no such account",
            _ => "done",
        };
        if (answer == "done" && hasNumber) fixture.Canary.Sing("the number");
        await CanaryServer.WriteAsync(context, CanaryServer.Result(message.GetProperty("id"), answer)).ConfigureAwait(false);
        return true;
    }

    [GeneratedRegex(@"\[\[IBAN:[a-z0-9]{10}\]\]")]
    private static partial Regex Token();
}
