using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A caller of a shared local server answers the question that was put to another caller.</summary>
public sealed class ForeignQuestion : PersonExercise
{
    private const string Forms = "{\"elicitation\":{\"form\":{}}}";
    private const string Yes = "{\"action\":\"accept\",\"content\":{\"sure\":true}}";
    private const string No = "{\"action\":\"decline\"}";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <inheritdoc />
    public override string Id => "foreign-question";

    /// <inheritdoc />
    public override string Title => "Answer the confirmation of another caller";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-07", "AZ-07"];

    /// <inheritdoc />
    public override string Protection => "stage forward, stdio upstream: a question belongs to the session that was asked";

    /// <inheritdoc />
    public override Need Needs => Need.Python;

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "One local process serves all callers, and asks before it transfers money. Its questions have the same number in each call. A bridge from "
            + "HTTP shows a question to whoever waits for an answer, and passes every answer on.",
        "Mallory leaves a question without an answer. While Alice thinks about the question to her, Mallory answers yes with the same number. Then "
            + "Alice ends her session during a call. The process continues with the call, and asks during Mallory's.",
        "Gatehouse passes an answer to a local process only from the session that this process asked. While a process may still work for a caller "
            + "who has left, its questions reach no client, and the process receives \"Method not found\".",
        "With questions that belong to no session, Mallory transfers Alice's money in both ways.");

    internal override Task<Uri> StartUnguardedAsync(RangeFixture fixture) => SharedBridge.StartAsync(fixture, Command(fixture));

    internal override Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Task.FromResult(Upstream.Stdio(Command(fixture)) with { Stateless = true });

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.StdioQuestions, static time => new AnyonesQuestions(time));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await AnswerInsteadAsync(context, "an answer with the number of the question", "40").ConfigureAwait(false),
        await BeAskedInsteadAsync(context, "a question about the call of a caller who has left", "41").ConfigureAwait(false),
    ];

    /// <summary>Alice transfers money and answers the question herself.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var alice = await BeginAsync(context, AttackContext.Victim, Forms).ConfigureAwait(false);
        alice.Answer = static _ => Yes;
        await TransferAsync(alice, HonestAmount).ConfigureAwait(false);
        return Count(context, HonestAmount) == 1;
    }

    private static async Task<Attempt> AnswerInsteadAsync(AttackContext context, string name, string amount)
    {
        const string bait = "39";
        var mallory = await BeginAsync(context, AttackContext.Attacker, Forms).ConfigureAwait(false);
        var alice = await BeginAsync(context, AttackContext.Victim, Forms).ConfigureAwait(false);
        var unanswered = TransferAsync(mallory, bait);
        if (!await context.Canary.SingsAsync($"asked {bait}", Patience).ConfigureAwait(false)) return new Attempt(name, false, "Mallory was not asked");
        await mallory.PostAsync(
            $"{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{{\"requestId\":{mallory.LastId}}}}}").ConfigureAwait(false);
        await unanswered.ConfigureAwait(false);

        var call = TransferAsync(alice, amount);
        if (!await context.Canary.SingsAsync($"asked {amount}", Patience).ConfigureAwait(false)) return new Attempt(name, false, "Alice was not asked");
        var reply = await AnswerAsync(mallory, Yes).ConfigureAwait(false);
        await AnswerAsync(alice, No).ConfigureAwait(false);
        await call.ConfigureAwait(false); // the process notes a transfer before it answers the call
        return Judge(name, Count(context, amount) > 0, reply.Summary());
    }

    private static async Task<Attempt> BeAskedInsteadAsync(AttackContext context, string name, string amount)
    {
        var alice = await BeginAsync(context, AttackContext.Victim, Forms).ConfigureAwait(false);
        var call = alice.CallAsync("prepare", new { amount });
        if (!await context.Canary.SingsAsync($"prepared {amount}", Patience).ConfigureAwait(false))
            return new Attempt(name, false, "Alice's call did not begin");
        await alice.DeleteAsync().ConfigureAwait(false);
        await call.ConfigureAwait(false);
        var mallory = await BeginAsync(context, AttackContext.Attacker, Forms).ConfigureAwait(false);
        mallory.Answer = static _ => Yes;
        var reply = await mallory.CallAsync("work").ConfigureAwait(false);
        if (!context.Canary.Songs.Contains($"asked {amount}")) return new Attempt(name, false, "the server asked nothing");
        return Judge(name, Count(context, amount) > 0, reply.Summary()); // the process has answered the call after that
    }

    private static Attempt Judge(string name, bool isMoved, string reply) =>
        new(name, isMoved, isMoved ? "the money was transferred" : $"nothing was transferred: {reply}");

    private static Task<RangeReply> AnswerAsync(RangeClient client, string result) =>
        client.PostAsync($"{{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{result}}}");

    private static string[] Command(RangeFixture fixture) => [fixture.Tools.Python!, fixture.Script("asking-server.py"), fixture.Canary.File];
}
