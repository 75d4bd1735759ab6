using System.Collections.Concurrent;
using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>A client answers a question that was put to another user.</summary>
public sealed class UnaskedAnswer : Exercise
{
    private const int QuestionId = 500;
    private static readonly TimeSpan ServerPatience = TimeSpan.FromSeconds(5); // for the answer to its question
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    /// <inheritdoc />
    public override string Id => "unasked-answer";

    /// <inheritdoc />
    public override string Title => "A client answers a question that it never received";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP06"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-01", "AZ-07", "L18", "H14"];

    /// <inheritdoc />
    public override string Protection => "stage session, questions that wait";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server asks the user before it transfers money (elicitation). It finds the waiting question only by the answer's id.",
        "The server asks Alice's client. Mallory, in another session, answers yes with the same id. The server transfers the money without Alice.",
        "Gatehouse knows which questions wait in which session. It refuses an answer to a question that this session did not receive.",
        "With a stage that passes on every answer, Mallory answers for Alice again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await StartServerAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url);

    // Sessions and conversations are composed before the stage that asks them.
    internal override PartReplacements Replace(RangeFixture fixture)
    {
        ISessions? sessions = null;
        IConversations? conversations = null;
        return PartReplacements.None
            .Around(PartNames.Sessions, real => sessions = real)
            .Around(PartNames.Conversations, real => conversations = real)
            .Around(PartNames.Session, _ => new AnswerBlindSession(sessions!, conversations!));
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var moved = await MoveAsync(context, "stolen", context.As(AttackContext.Attacker)).ConfigureAwait(false);
        return [new Attempt("yes in the victim's place", moved, moved
            ? "money moved without the victim" : "nothing moved; the question still waited")];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => MoveAsync(context, "honest", null);

    // Who answers: the asked client itself, or another one in a session of its own.
    private static async Task<bool> MoveAsync(AttackContext context, string amount, RangeClient? other)
    {
        var asked = context.As(AttackContext.Victim);
        await asked.InitializeAsync("{\"elicitation\":{}}").ConfigureAwait(false);
        if (other is not null) await other.InitializeAsync("{\"elicitation\":{}}").ConfigureAwait(false);
        asked.Patience = Patience;
        var call = asked.CallAsync("ask-first", new { amount });
        if (!await context.Canary.SingsAsync("asked about " + amount, Patience).ConfigureAwait(false)) return false;
        // An answer is refused until the question has reached the client, so it is sent again as long as the call waits for it.
        while (!call.IsCompleted)
        {
            await (other ?? asked).PostAsync("{\"jsonrpc\":\"2.0\",\"id\":500,\"result\":{\"action\":\"accept\",\"content\":{}}}").ConfigureAwait(false);
            await Task.WhenAny(call, Task.Delay(50)).ConfigureAwait(false);
        }

        await call.ConfigureAwait(false);
        return await context.Canary.SingsAsync("transfer " + amount).ConfigureAwait(false);
    }

    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture)
    {
        var waiting = new ConcurrentDictionary<int, TaskCompletionSource>();
        return CanaryServer.StartAsync(fixture, overrides: (context, message) => AnswerAsync(context, message, fixture.Canary, waiting));
    }

    private static async Task<bool> AnswerAsync(HttpContext context, JsonElement message, Canary canary,
        ConcurrentDictionary<int, TaskCompletionSource> waiting)
    {
        if (message.ValueKind != JsonValueKind.Object) return false;
        if (message.TryGetProperty("result", out _))
        {
            if (waiting.TryRemove(message.GetProperty("id").GetInt32(), out var question)) question.TrySetResult();
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return true;
        }

        if (!message.GetRawText().Contains("\"ask-first\"", StringComparison.Ordinal)) return false;
        var amount = message.GetProperty("params").GetProperty("arguments").GetProperty("amount").GetString()!;
        var answered = waiting[QuestionId] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await CanaryServer.WriteEventAsync(context, new
        {
            jsonrpc = "2.0",
            id = QuestionId,
            method = "elicitation/create",
            @params = new { message = $"Move {amount}?", requestedSchema = new { type = "object", properties = new { } } },
        }).ConfigureAwait(false);
        canary.Sing("asked about " + amount);
        await Task.WhenAny(answered.Task, Task.Delay(ServerPatience, context.RequestAborted)).ConfigureAwait(false);
        if (answered.Task.IsCompleted) canary.Sing("transfer " + amount);
        await CanaryServer.WriteEventAsync(context, CanaryServer.Result(message.GetProperty("id"), "done")).ConfigureAwait(false);
        return true;
    }
}
