using System.Collections.Concurrent;
using System.Text.Json;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>A client accepts each question by itself, and no person chooses anything.</summary>
public sealed class ConfirmWithoutChoice : PersonExercise
{
    private const string Forms = "{\"elicitation\":{\"form\":{}}}";

    /// <inheritdoc />
    public override string Id => "confirm-without-choice";

    /// <inheritdoc />
    public override string Title => "A client that accepts confirmations by itself";

    /// <inheritdoc />
    public override string Protection => "stage approve, the chosen value of a confirmation";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server asks before it transfers money. It takes every accepted form as a yes.",
        "An agent runs in a client that accepts each form by itself: without a value, with an empty form, with a guessed value, and with more than "
            + "was asked.",
        "Gatehouse takes one answer as a yes: the value for yes of a form without a default, and nothing else. The value for no is the first one. "
            + "Each other answer is refused with a code of its own and recorded. A client that is made to choose the value for yes gets through: a "
            + "confirmation stops mistakes, and an approval stops a hostile agent.",
        "If each accepted form is taken as a yes, the money is transferred.");

    internal override IReadOnlyList<PolicyRule> Rules { get; } = Policies.Read(
        $$"""
        version: 1
        rules:
          - id: people
            permit: { {{Callers}} }
          - id: transfers
            permit: { {{Callers}}, tools: [{{MoneyTool}}] }
            obligations: { approval: { strength: confirm } }

        """);

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var (asked, questions) = (0, new ConcurrentDictionary<int, TaskCompletionSource<bool>>());
        return (await CanaryServer.StartAsync(fixture, overrides: AskFirstAsync).ConfigureAwait(false)).Url;

        async Task<bool> AskFirstAsync(HttpContext context, JsonElement message)
        {
            if (message.ValueKind != JsonValueKind.Object) return false;
            if (message.TryGetProperty("result", out var result) && questions.TryGetValue(message.GetProperty("id").GetInt32(), out var waiting))
            {
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                waiting.TrySetResult(result.GetProperty("action").GetString() == "accept" && !IsANo(result));
                return true;
            }

            if (!message.TryGetProperty("method", out var method) || method.GetString() != "tools/call"
                || message.GetProperty("params").GetProperty("name").GetString() != MoneyTool) return false;
            var (id, answer) = (Interlocked.Increment(ref asked), new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
            questions[id] = answer;
            await CanaryServer.WriteEventAsync(context, Question(id)).ConfigureAwait(false);
            var isYes = await answer.Task.WaitAsync(context.RequestAborted).ConfigureAwait(false);
            var amount = message.GetProperty("params").GetProperty("arguments").GetProperty("amount").GetString();
            if (isYes) fixture.Canary.Sing($"{MoneyTool} {amount}");
            var moved = CanaryServer.Result(message.GetProperty("id"), isYes ? "moved" : "not moved");
            await CanaryServer.WriteEventAsync(context, moved).ConfigureAwait(false);
            return true;
        }
    }

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(ApprovalPartNames.Confirmations, static real => new EveryAcceptance(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var attempts = new List<Attempt>();
        foreach (var (name, amount, answer) in new (string, string, Func<JsonElement, string>)[]
        {
            ("accept without a value", "60", static _ => "{\"action\":\"accept\"}"),
            ("accept an empty form", "61", static _ => "{\"action\":\"accept\",\"content\":{}}"),
            ("accept with a guess", "62", static asked => Accept(asked, "yes")),
            ("accept with true", "63", static _ => "{\"action\":\"accept\",\"content\":{\"confirmed\":true}}"),
            ("accept with more than was asked", "64", static asked => Accept(asked, Values(asked)[^1])[..^2] + ",\"confirmed\":true}}"),
        })
        {
            var reply = await TransferAsync(context, AttackContext.Attacker, amount, answer).ConfigureAwait(false);
            var moved = Count(context, amount) > 0;
            attempts.Add(new Attempt(name, moved, moved ? "the money was transferred" : $"nothing was transferred: {reply}"));
        }

        return attempts;
    }

    /// <summary>A person reads the question and chooses the value for yes. For another transfer the person chooses no.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        await TransferAsync(context, AttackContext.Victim, HonestAmount, static asked => Accept(asked, Values(asked)[^1])).ConfigureAwait(false);
        await TransferAsync(context, AttackContext.Victim, "26 not", static asked => Accept(asked, Values(asked)[0])).ConfigureAwait(false);
        return Count(context, HonestAmount) == 1 && Count(context, "26 not") == 0;
    }

    private static async Task<string> TransferAsync(AttackContext context, string person, string amount, Func<JsonElement, string> answer)
    {
        var client = await BeginAsync(context, person, Forms).ConfigureAwait(false);
        client.Answer = answer;
        return await TransferAsync(client, amount).ConfigureAwait(false);
    }

    private static object Question(int id) => new
    {
        jsonrpc = "2.0",
        id,
        method = "elicitation/create",
        @params = new
        {
            message = "Transfer the money?",
            requestedSchema = new { type = "object", properties = new { sure = new { type = "string", @enum = new[] { "no", "yes" } } } },
        },
    };

    private static bool IsANo(JsonElement result) => result.TryGetProperty("content", out var content)
        && content.EnumerateObject().Any(static value => value.Value.ValueKind == JsonValueKind.String && value.Value.GetString() == "no");

    private static JsonProperty Field(JsonElement question) =>
        question.GetProperty("params").GetProperty("requestedSchema").GetProperty("properties").EnumerateObject().First();

    private static string[] Values(JsonElement question) =>
        [.. Field(question).Value.GetProperty("enum").EnumerateArray().Select(static value => value.GetString()!)];

    private static string Accept(JsonElement question, string value) => JsonSerializer.Serialize(
        new { action = "accept", content = new Dictionary<string, string> { [Field(question).Name] = value } });
}
