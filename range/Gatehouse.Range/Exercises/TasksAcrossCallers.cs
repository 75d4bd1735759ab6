using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>A caller learns of tasks that a server made for others.</summary>
public sealed class TasksAcrossCallers : Exercise
{
    private const string Told = "paying 9000 to DE00 1234";

    /// <inheritdoc />
    public override string Id => "tasks-across-callers";

    /// <inheritdoc />
    public override string Title => "Tasks of other callers, listed and announced";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP10"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-07", "X01"];

    /// <inheritdoc />
    public override string Protection => "stage inspect-response, rule of tasks";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server stores long work as tasks, and shows each principal only its own. A gateway has one credential, so all persons behind it are one "
            + "principal.",
        "Mallory requests the list of tasks, and opens a stream that announces states of tasks. Both show what the server does for Alice.",
        "Gatehouse stores the owner of each task. It removes the tasks of other callers from a list, and passes announcements on only to the owner.",
        "Without the rule for tasks, Mallory reads Alice's work again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await StartServerAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.ResponseRule("tasks"), new PassingRule("tasks"));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        await BeginTaskAsync(context).ConfigureAwait(false);
        var other = context.As(AttackContext.Attacker);
        await other.InitializeAsync().ConfigureAwait(false);
        var listed = await other.AskAsync("tasks/list").ConfigureAwait(false);
        var announced = await other.GetAsync(text => text.Contains(Told, StringComparison.Ordinal)).ConfigureAwait(false);
        return [Read("the list of tasks", listed), Read("the announced state of a task", announced)];
    }

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var owner = await BeginTaskAsync(context).ConfigureAwait(false);
        var listed = await owner.AskAsync("tasks/list").ConfigureAwait(false);
        var announced = await owner.GetAsync(text => text.Contains(Told, StringComparison.Ordinal)).ConfigureAwait(false);
        return listed.Holds(Told) && announced.Holds(Told);
    }

    private static Attempt Read(string name, RangeReply reply) =>
        new(name, reply.Holds(Told), reply.Holds(Told) ? "it shows Alice's work" : $"nothing of alice's in it: {reply.Summary()}");

    private static async Task<RangeClient> BeginTaskAsync(AttackContext context)
    {
        var owner = context.As(AttackContext.Victim);
        await owner.InitializeAsync().ConfigureAwait(false);
        await owner.PostAsync(owner.Body("tools/call", """{"name":"transfer","arguments":{"amount":"9000"},"task":{"ttl":60000}}""")).ConfigureAwait(
            false);
        return owner;
    }

    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture)
    {
        var tasks = new ConcurrentQueue<string>();
        return CanaryServer.StartAsync(fixture, overrides: (context, message) => AnswerAsync(context, message, tasks));
    }

    private static async Task<bool> AnswerAsync(HttpContext context, JsonElement message, ConcurrentQueue<string> tasks)
    {
        if (context.Request.Method == "GET")
        {
            foreach (var task in tasks)
                await CanaryServer.WriteEventAsync(context,
                    new { jsonrpc = "2.0", method = "notifications/tasks/status", @params = State(task) }).ConfigureAwait(false);
            return true;
        }

        if (message.ValueKind != JsonValueKind.Object
            || !message.TryGetProperty("method", out var method) || !message.TryGetProperty("id", out var id)) return false;
        if (method.GetString() == "tasks/list")
        {
            await CanaryServer.WriteAsync(context, new { jsonrpc = "2.0", id, result = new { tasks = tasks.Select(State) } }).ConfigureAwait(false);
            return true;
        }

        if (method.GetString() != "tools/call") return false;
        var made = "task-" + tasks.Count.ToString(CultureInfo.InvariantCulture);
        tasks.Enqueue(made);
        await CanaryServer.WriteAsync(context, new { jsonrpc = "2.0", id, result = new { task = State(made) } }).ConfigureAwait(false);
        return true;
    }

    private static object State(string task) => new { taskId = task, status = "working", statusMessage = Told };
}
