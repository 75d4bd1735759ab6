using System.Net;
using System.Security.Cryptography;
using Gatehouse.Configuration;
using Gatehouse.Containment;
using Gatehouse.Gateway.Sessions;
using Gatehouse.Gateway.Tests.Containment;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using static Gatehouse.Gateway.Tests.Behaviour.SchemaFixture;

namespace Gatehouse.Gateway.Tests.Messages;

/// <summary>Tasks of two callers at one server, in both eras, in each place where a task is named (ST-07, X01).</summary>
[Trait("Requirement", "ST-07")]
[Trait("Requirement", "X01")]
[Trait("NoRetry", "yes")]
public sealed class TaskTests
{
    private const string Declared = """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""";
    private const string Hers = "paying the salary of alice";

    [Theory]
    [InlineData(true, "tasks/get")]
    [InlineData(true, "tasks/update")]
    [InlineData(true, "tasks/cancel")]
    [InlineData(false, "tasks/get")]
    [InlineData(false, "tasks/result")]
    [InlineData(false, "tasks/cancel")]
    [Trait("Requirement", "X01")]
    public async Task TaskOfAnother_IsNotThere_AndTheServerIsNotAsked(bool modern, string method)
    {
        await using var gateway = await StartAsync(modern);
        var (alice, bob) = await BeginAsync(gateway, modern);
        await MakeAsync(alice, modern);
        gateway.Upstream.OnResult(method, Result(modern, method, "\"taskId\":\"t-1\",\"status\":\"working\""));
        var foreign = await bob.AskAsync(method, "\"taskId\":\"t-1\"", "t-1");
        var missing = await bob.AskAsync(method, "\"taskId\":\"t-9\"", "t-9");
        Assert.Equal("GH4003", Code(foreign));
        Assert.Equal(missing.GetProperty("error").GetProperty("message").GetRawText(),
            foreign.GetProperty("error").GetProperty("message").GetRawText());
        Assert.Empty(gateway.Upstream.Of(method));
        Assert.True((await alice.AskAsync(method, "\"taskId\":\"t-1\"", "t-1")).TryGetProperty("result", out _));
    }

    [Theory]
    [InlineData("tasks/get")]
    [InlineData("tasks/update")]
    [InlineData("tasks/cancel")]
    [Trait("Requirement", "X04")]
    public async Task NameHeaderOtherThanTheTask_IsRefused(string method)
    {
        await using var gateway = await StartAsync(modern: true);
        var (alice, _) = await BeginAsync(gateway, modern: true);
        await MakeAsync(alice, modern: true);
        foreach (var name in new[] { "t-2", "T-1", "", null })
        {
            var (status, body, _) = await gateway.CallAsync(alice.Request(method, "\"taskId\":\"t-1\"", name));
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Equal(-32020, body.GetProperty("error").GetProperty("code").GetInt32());
        }

        Assert.Empty(gateway.Upstream.Of(method));
    }

    [Fact]
    public async Task List_ShowsTheCallersOwn_AndNothingThatCountsOrNamesTheOthers()
    {
        await using var gateway = await StartAsync(modern: false);
        var (alice, bob) = await BeginAsync(gateway, modern: false);
        await MakeAsync(alice, modern: false);
        gateway.Upstream.OnResult("tasks/list",
            "{\"tasks\":[{\"taskId\":\"t-0\",\"status\":\"working\"},{ \"taskId\":\"t-1\",\"status\":\"working\",\"statusMessage\":\"" + Hers
                + "\"},{\"status\":\"x\"},7],\"total\":4,\"nextCursor\":\"after t-1\"}");
        var own = (await alice.AskAsync("tasks/list")).GetProperty("result");
        Assert.Equal(["nextCursor", "tasks"], own.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal("{ \"taskId\":\"t-1\",\"status\":\"working\",\"statusMessage\":\"" + Hers + "\"}",
            Assert.Single(own.GetProperty("tasks").EnumerateArray()).GetRawText());
        var others = (await bob.AskAsync("tasks/list")).GetProperty("result");
        Assert.Equal(0, others.GetProperty("tasks").GetArrayLength());
        Assert.DoesNotContain("t-1", others.GetRawText(), StringComparison.Ordinal);
        // The cursor is the caller's own as well.
        var cursor = own.GetProperty("nextCursor").GetString()!;
        Assert.Equal("GH6003", Code(await bob.AskAsync("tasks/list", $"\"cursor\":\"{cursor}\"")));
        Assert.Equal("GH6003", Code(await alice.AskAsync("tasks/list", "\"cursor\":\"after t-1\"")));
        Assert.Equal(2, gateway.Upstream.Of("tasks/list").Count);
        await alice.AskAsync("tasks/list", $"\"cursor\":\"{cursor}\"");
        Assert.Contains("\"cursor\":\"after t-1\"", gateway.Upstream.Of("tasks/list")[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListThatIsNone_IsRefused()
    {
        await using var gateway = await StartAsync(modern: false);
        var (alice, _) = await BeginAsync(gateway, modern: false);
        gateway.Upstream.OnResult("tasks/list", "{\"tasks\":{\"t-1\":\"" + Hers + "\"}}");
        Assert.Equal("GH8001", Code(await alice.AskAsync("tasks/list")));
        gateway.Upstream.OnResult("tasks/list", "{\"all\":[\"" + Hers + "\"]}");
        Assert.Equal("GH8001", Code(await alice.AskAsync("tasks/list")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NotificationAboutATask_ReachesItsOwnerAlone(bool modern)
    {
        await using var gateway = await StartAsync(modern);
        var (alice, bob) = await BeginAsync(gateway, modern);
        await MakeAsync(alice, modern);
        var state = "\"taskId\":\"t-1\",\"status\":\"working\",\"statusMessage\":\"" + Hers + "\"";
        if (modern)
        {
            gateway.Upstream.On("subscriptions/listen", (context, message) => RecordingUpstream.Events(
                context, $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tasks\",\"params\":{{{state},\"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{message.GetProperty("id").GetRawText()}}}}}}}\n\n"));
        }
        else
        {
            gateway.Upstream.On("GET", (context, _) => RecordingUpstream.Events(
                context,
                $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tasks/status\",\"params\":{{{state}}}}}\n\n",
                $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{{\"level\":\"info\",\"data\":\"{Hers}\",\"_meta\":{{\"io.modelcontextprotocol/related-task\":{{\"taskId\":\"t-1\"}}}}}}}}\n\n"));
        }

        async Task<string> ListenAsync(Era caller) =>
            await (await gateway.SendAsync(modern ? caller.Request("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}")
                : caller.Listen())).Content.ReadAsStringAsync();
        Assert.DoesNotContain(Hers, await ListenAsync(bob), StringComparison.Ordinal);
        Assert.Equal(modern ? 1 : 2, (await ListenAsync(alice)).Split(Hers).Length - 1);
    }

    [Fact]
    public async Task SubscriptionToATaskOfAnother_IsRefused()
    {
        await using var gateway = await StartAsync(modern: true);
        var (alice, bob) = await BeginAsync(gateway, modern: true);
        await MakeAsync(alice, modern: true);
        gateway.Upstream.On("subscriptions/listen",
            (context, message) =>
                RecordingUpstream.Events(context,
                    $"data: {{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\"}}}}\n\n"));
        foreach (var ids in new[] { "[\"t-1\"]", "[\"t-9\"]", "[7]", "[" + string.Join(',', Enumerable.Repeat("\"t-1\"", 300)) + "]" })
            Assert.Equal("GH4003", Code(await bob.AskAsync("subscriptions/listen", $"\"notifications\":{{\"taskIds\":{ids}}}")));
        Assert.Empty(gateway.Upstream.Of("subscriptions/listen"));
        Assert.Null(Code(await alice.AskAsync("subscriptions/listen", "\"notifications\":{\"taskIds\":[\"t-1\"]}")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnswerThatNamesAnotherTask_IsWithheld_AndClaimsNothing(bool modern)
    {
        await using var gateway = await StartAsync(modern);
        var (alice, bob) = await BeginAsync(gateway, modern);
        await MakeAsync(alice, modern);
        gateway.Upstream.OnResult("tools/call", Made(modern, "t-2"));
        await bob.AskAsync("tools/call", "\"name\":\"echo\"" + (modern ? "" : ",\"task\":{}"), "echo");
        foreach (var other in new[] { "t-2", "t-3" })
        {
            gateway.Upstream.OnResult("tasks/get",
                Result(modern, "tasks/get", $"\"taskId\":\"{other}\",\"status\":\"working\",\"statusMessage\":\"{Hers}\""));
            Assert.Equal("GH8001", Code(await alice.AskAsync("tasks/get", "\"taskId\":\"t-1\"", "t-1")));
            Assert.Equal("GH4003", Code(await alice.AskAsync("tasks/get", $"\"taskId\":\"{other}\"", other)));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ResultOfATaskOfAToolWithoutSchema_Passes(bool modern)
    {
        await using var gateway = await StartAsync(modern);
        var (alice, _) = await BeginAsync(gateway, modern);
        await MakeAsync(alice, modern);
        var method = modern ? "tasks/get" : "tasks/result";
        const string content = "\"content\":[{\"type\":\"text\",\"text\":\"mine\"}]";
        gateway.Upstream.OnResult(method, modern
            ? Result(modern, method, "\"taskId\":\"t-1\",\"status\":\"completed\",\"result\":{" + content + "}") : "{" + content + "}");
        var answer = await alice.AskAsync(method, "\"taskId\":\"t-1\"", "t-1");
        Assert.Contains("\"mine\"", answer.GetProperty("result").GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "tasks/get")]
    [InlineData(true, "tasks/update")]
    [InlineData(true, "tasks/cancel")]
    [InlineData(false, "tasks/get")]
    [InlineData(false, "tasks/result")]
    [InlineData(false, "tasks/cancel")]
    [Trait("Requirement", "AZ-02")]
    [Trait("Requirement", "X01")]
    public async Task RightThatWasWithdrawn_GivesNoTaskOfIt(bool modern, string method)
    {
        ConfigurationResult? next = null;
        await using var gateway = await StartAsync(modern, () => next!);
        var (alice, _) = await BeginAsync(gateway, modern);
        await MakeAsync(alice, modern);
        gateway.Upstream.OnResult(method, Result(modern, method, "\"taskId\":\"t-1\",\"status\":\"working\",\"content\":[]"));
        gateway.Upstream.OnResult("tasks/list", "{\"tasks\":[{\"taskId\":\"t-1\",\"status\":\"working\"}]}");
        Assert.True((await alice.AskAsync(method, "\"taskId\":\"t-1\"", "t-1")).TryGetProperty("result", out _));
        var asked = gateway.Upstream.Of(method).Count;
        var settings = gateway.Host.Snapshots.Current.Settings;
        next = new ConfigurationResult
        {
            Settings = settings with
            { Rules = [.. settings.Rules, new PolicyRule { Id = "no-echo", Forbids = true, Tools = new NameSet(["echo"]) }] },
            Faults = [],
            SourcePath = "f"
        };
        Assert.Empty(await gateway.Host.ReloadAsync());
        Assert.Equal("GH4003", Code(await alice.AskAsync(method, "\"taskId\":\"t-1\"", "t-1")));
        Assert.Equal(asked, gateway.Upstream.Of(method).Count);
        if (!modern) Assert.Equal(0, (await alice.AskAsync("tasks/list")).GetProperty("result").GetProperty("tasks").GetArrayLength());
    }

    [Fact]
    [Trait("Requirement", "AZ-02")]
    public async Task ListOfTasks_AsksThePolicyOnceForEachTool()
    {
        ConfigurationResult? next = null;
        await using var gateway = await StartAsync(modern: false, () => next!);
        var (alice, _) = await BeginAsync(gateway, modern: false);
        string[] tasks = ["t-1", "t-2", "t-3"];
        foreach (var task in tasks)
        {
            gateway.Upstream.OnResult("tools/call", Made(modern: false, task));
            await MakeAsync(alice, modern: false);
        }

        gateway.Upstream.OnResult("tasks/list",
            $"{{\"tasks\":[{string.Join(',', tasks.Select(task => $"{{\"taskId\":\"{task}\",\"status\":\"working\"}}"))}]}}");
        Assert.Equal(3, (await alice.AskAsync("tasks/list")).GetProperty("result").GetProperty("tasks").GetArrayLength());
        var settings = gateway.Host.Snapshots.Current.Settings;
        next = new ConfigurationResult
        {
            Settings = settings with
            { Rules = [.. settings.Rules, new PolicyRule { Id = "no-echo", Forbids = true, Tools = new NameSet(["echo"]) }] },
            Faults = [],
            SourcePath = "f"
        };
        Assert.Empty(await gateway.Host.ReloadAsync());
        var (_, body, response) = await gateway.CallAsync(alice.Request("tasks/list"));
        Assert.Equal(0, body.GetProperty("result").GetProperty("tasks").GetArrayLength());
        var denied = gateway.EndedEntryOf(response).GetProperty("parts").EnumerateArray()
            .Where(part => part.GetProperty("kind").GetString() == "decision" && part.GetProperty("outcome").GetString() == "deny")
            .Sum(part => part.TryGetProperty("count", out var count) ? count.GetInt32() : 1);
        Assert.Equal(1, denied);
    }

    [Fact]
    public async Task RelatedTaskOfAnother_InAClientsMessage_IsRefused()
    {
        await using var gateway = await StartAsync(modern: false);
        var (alice, bob) = await BeginAsync(gateway, modern: false);
        await MakeAsync(alice, modern: false);
        var calls = gateway.Upstream.Of("tools/call").Count;
        const string related = "\"name\":\"echo\",\"_meta\":{\"io.modelcontextprotocol/related-task\":{\"taskId\":\"t-1\"}}";
        Assert.Equal("GH4003", Code(await bob.AskAsync("tools/call", related)));
        Assert.Equal(calls, gateway.Upstream.Of("tools/call").Count);
        Assert.True((await alice.AskAsync("tools/call", related)).TryGetProperty("result", out _));
    }

    // A claim outlives the key it was made with; what the store holds cannot be made without the ring.
    [Fact]
    public async Task Owners_AreKeyedDigests_AndOutliveARotation()
    {
        await using var gateway = await TestGateway.StartAsync();
        var folder = Directory.CreateTempSubdirectory("gatehouse-tasks-");
        await using (var store = Store.Open(Path.Combine(folder.FullName, "store.db"), TimeProvider.System))
        {
            var keys = KeyRing.CreateInMemory(TimeProvider.System);
            StateHandles Handles() => new(keys, store.TaskOwners, TimeProvider.System, NullLogger.Instance);
            var (alice, bob) = (Of(gateway, "alice"), Of(gateway, "bob"));
            var first = Handles();
            Assert.Equal(TaskClaim.Own, await ClaimAsync(first, alice, "t-1"));
            Assert.Equal(TaskClaim.OfAnother, await ClaimAsync(first, bob, "t-1"));
            await Eventually.TrueAsync(() => first.Unstored == 0, "the store has it");
            keys.Rotate();
            foreach (var handles in new[] { first, Handles() })
            {
                Assert.True(await OwnsAsync(handles, alice, "t-1"));
                Assert.False(await OwnsAsync(handles, bob, "t-1"));
                Assert.True(await IsOfAnotherAsync(handles, bob, "t-1"));
                Assert.False(await IsOfAnotherAsync(handles, bob, "t-2"));
                Assert.Equal(TaskClaim.Own, await ClaimAsync(handles, alice, "t-1"));
                Assert.Equal(TaskClaim.OfAnother, await ClaimAsync(handles, bob, "t-1"));
            }

            Assert.Null(await store.TaskOwners.FindAsync("up", SHA256.HashData("t-1"u8), DateTimeOffset.UtcNow));
            keys = KeyRing.CreateInMemory(TimeProvider.System);
            Assert.False(await OwnsAsync(Handles(), alice, "t-1"));
        }

        folder.Delete(recursive: true);
    }

    // Tasks live for days: memory would hold all of a week, and forget them later than the store does.
    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task OwnersThatTheStoreHas_TakeNoMemory_AndAreForgottenInTime()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync();
        var folder = Directory.CreateTempSubdirectory("gatehouse-tasks-");
        await using (var store = Store.Open(Path.Combine(folder.FullName, "store.db"), clock))
        {
            var handles = new StateHandles(KeyRing.CreateInMemory(clock), store.TaskOwners, clock, NullLogger.Instance);
            var (alice, bob) = (Of(gateway, "alice"), Of(gateway, "bob"));
            for (var number = 0; number < 50; number++) Assert.Equal(TaskClaim.Own,
                await ClaimAsync(handles, number % 2 == 0 ? alice : bob, $"t-{number}"));
            // stored or under way to it
            for (var number = 0; number < 50; number++) Assert.Equal(number % 2 == 0, await OwnsAsync(handles, alice, $"t-{number}"));
            await Eventually.TrueAsync(() => handles.Unstored == 0, "the store has them all");
            for (var number = 0; number < 50; number++) Assert.Equal(number % 2 == 0, await OwnsAsync(handles, alice, $"t-{number}"));
            Assert.Equal(TaskClaim.OfAnother, await ClaimAsync(handles, bob, "t-0"));
            clock.Advance(TimeSpan.FromDays(7));
            Assert.False(await OwnsAsync(handles, alice, "t-0"));
        }

        folder.Delete(recursive: true);
    }

    // One owner for each task, however many ask for it at once and whenever the store has the first of them.
    [Fact]
    public async Task ATaskThatManyClaimAtOnce_HasOneOwner()
    {
        await using var gateway = await TestGateway.StartAsync();
        var folder = Directory.CreateTempSubdirectory("gatehouse-tasks-");
        await using (var store = Store.Open(Path.Combine(folder.FullName, "store.db"), TimeProvider.System))
        {
            var handles = new StateHandles(KeyRing.CreateInMemory(TimeProvider.System), store.TaskOwners, TimeProvider.System, NullLogger.Instance);
            var callers = Enumerable.Range(0, 4).Select(number => Of(gateway, $"u{number}")).ToArray();
            for (var task = 0; task < 100; task++)
            {
                var id = $"t-{task}";
                var claims = await Task.WhenAll(callers.Select(caller => Task.Run(() => ClaimAsync(handles, caller, id))));
                Assert.Single(claims, TaskClaim.Own);
                Assert.Equal(3, claims.Count(claim => claim == TaskClaim.OfAnother));
                Assert.Single(await Task.WhenAll(callers.Select(caller => OwnsAsync(handles, caller, id))), owns => owns);
            }
        }

        folder.Delete(recursive: true);
    }

    // A store that others share answers late: nobody's thread waits for it, whoever leaves waits no longer, and a claim waits for its turn.
    [Fact]
    public async Task AStoreThatAnswersLate_BlocksNoThread()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync();
        await using var store = new TemporaryStore().Open(clock);
        var late = new LateTaskOwners(store.TaskOwners);
        var handles = new StateHandles(KeyRing.CreateInMemory(clock), late, clock, NullLogger.Instance);
        var (alice, bob) = (Of(gateway, "alice"), Of(gateway, "bob"));

        using var left = new CancellationTokenSource();
        var asked = handles.OwnsTaskAsync(alice, "t-1", left.Token).AsTask();
        var claims = new[] { ClaimAsync(handles, alice, "t-2"), ClaimAsync(handles, bob, "t-2") };
        Assert.False(asked.IsCompleted || claims[0].IsCompleted || claims[1].IsCompleted);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);

        late.Answer();
        Assert.Equal([TaskClaim.Own, TaskClaim.OfAnother], await Task.WhenAll(claims));
        await Eventually.TrueAsync(() => handles.Unstored == 0, "the store has it");

        late.Hold();
        var other = ClaimAsync(handles, alice, "t-3");
        late.AnswerReads();
        Assert.Equal(TaskClaim.Own, await other);
        late.Hold();
        Assert.True(OwnsAsync(handles, alice, "t-3").IsCompletedSuccessfully); // memory has the answer
        late.Answer();
    }

    // While the store takes nothing, memory keeps the owners for their time, within a part for each caller.
    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task OwnersThatTheStoreCannotTake_AreKeptWithinAPart_ForTheirTime()
    {
        const int part = 1000;
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(s => s with { Limits = s.Limits with { CallerShare = 1 } });
        var folder = Directory.CreateTempSubdirectory("gatehouse-tasks-");
        await using (var store = Store.Open(Path.Combine(folder.FullName, "store.db"), clock, new StoreOptions { RowLimit = 1 }))
        {
            var told = 0;
            var log = new EventTexts(_ => Interlocked.Increment(ref told));
            var handles = new StateHandles(KeyRing.CreateInMemory(clock), store.TaskOwners, clock, log);
            var (alice, bob) = (Of(gateway, "alice"), Of(gateway, "bob"));
            Assert.Equal(TaskClaim.Own, await ClaimAsync(handles, Of(gateway, "carol"), "stored"));
            await Eventually.TrueAsync(() => handles.Unstored == 0, "the store has the first");
            for (var number = 0; number < part; number++) Assert.Equal(TaskClaim.Own, await ClaimAsync(handles, alice, $"t-{number}"));
            await Eventually.TrueAsync(() => Volatile.Read(ref told) == part, "the store has refused the others");
            Assert.Equal(part, handles.Unstored);
            Assert.Equal(TaskClaim.NotKept, await ClaimAsync(handles, alice, "one-more"));
            Assert.False(await OwnsAsync(handles, alice, "one-more"));
            Assert.Equal(TaskClaim.Own, await ClaimAsync(handles, bob, "his"));
            Assert.Equal(TaskClaim.OfAnother, await ClaimAsync(handles, bob, "t-0"));
            Assert.True(await OwnsAsync(handles, alice, "t-0"));

            handles.Sweep(1);
            Assert.Equal(part + 1, handles.Unstored);
            clock.Advance(TimeSpan.FromDays(7));
            Assert.False(await OwnsAsync(handles, alice, "t-0"));
            handles.Sweep(1);
            Assert.Equal(0, handles.Unstored);
            Assert.Equal(TaskClaim.Own, await ClaimAsync(handles, alice, "one-more"));
        }

        folder.Delete(recursive: true);
    }

    private static Task<TaskClaim> ClaimAsync(StateHandles handles, Exchange exchange, string task) =>
        handles.ClaimTaskAsync(exchange, task, TestContext.Current.CancellationToken).AsTask();

    private static Task<bool> OwnsAsync(StateHandles handles, Exchange exchange, string task) =>
        handles.OwnsTaskAsync(exchange, task, TestContext.Current.CancellationToken).AsTask();

    private static Task<bool> IsOfAnotherAsync(StateHandles handles, Exchange exchange, string task) =>
        handles.IsOfAnotherAsync(exchange, task, TestContext.Current.CancellationToken).AsTask();

    private static Exchange Of(TestGateway gateway, string person)
    {
        var snapshot = gateway.Host.Snapshots.Current;
        return new Exchange(snapshot, NoRequestHead.Instance, null, TimeProvider.System)
        { Server = snapshot.Settings.Servers[0], Caller = LocalAccount.Of(person, 1) };
    }

    // Threat: the request began before the containment, and its caller decides when its body ends.
    [Fact]
    [Trait("Requirement", "IR-01")]
    public async Task ResultOfATaskOfAContainedTool_IsNotDelivered_WhereTheBodyWasOnItsWay()
    {
        await using var gateway = await StartAsync(modern: false);
        var (alice, _) = await BeginAsync(gateway, modern: false);
        await MakeAsync(alice, modern: false);
        await gateway.NothingUnderWayAsync();
        gateway.Upstream.OnResult("tasks/result", Result(modern: false, "tasks/result", ""));
        var request = alice.Request("tasks/result", "\"taskId\":\"t-1\"", "t-1");
        var slow = new SlowBody(await request.Content!.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        foreach (var header in request.Content!.Headers) slow.Headers.TryAddWithoutValidation(header.Key, header.Value);
        request.Content = slow;
        var sending = gateway.SendAsync(request);
        await Eventually.TrueAsync(() => gateway.Host.Registry.OfCallers.Count == 1, "the caller is known, and the body on its way");
        await new ContainmentDesk(gateway).ContainAsync("tool", "echo");
        slow.End();
        using var response = await sending;
        Assert.Contains("GH9010", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Of("tasks/result"));
    }

    // The containment is in force, and a reload keeps its rules from being so.
    [Theory]
    [InlineData("tasks/get")]
    [InlineData("tasks/result")]
    [Trait("Requirement", "IR-01")]
    public async Task TaskOfAContainedTool_IsRefused_BeforeTheRulesAreInForce(string method)
    {
        await using var gateway = await StartAsync(modern: false);
        var (alice, _) = await BeginAsync(gateway, modern: false);
        await MakeAsync(alice, modern: false);
        gateway.Upstream.OnResult(method, Result(modern: false, method, "\"taskId\":\"t-1\",\"status\":\"working\""));
        var (register, act) = (gateway.Host.Core.Services.Get<ContainmentRegister>(), new ContainmentAct("https://login.example", "carol", "incident"));
        await register.InTurnAsync(() => register.AddAsync(new() { Kind = ContainmentKind.Tool, Name = "up", Tool = "echo", Act = act }));
        Assert.Equal("GH9010", Code(await alice.AskAsync(method, "\"taskId\":\"t-1\"", "t-1")));
        Assert.Empty(gateway.Upstream.Of(method));
    }

    private static async Task<TestGateway> StartAsync(bool modern, Func<ConfigurationResult>? reload = null)
    {
        var gateway = await TestGateway.StartAsync(reload: reload);
        gateway.Upstream.OnResult("server/discover",
            """{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{"listChanged":true},"logging":{},"extensions":{"io.modelcontextprotocol/tasks":{}}},"serverInfo":{"name":"recording","version":"1"}}""");
        gateway.Upstream.OnResult("tools/call", Made(modern, "t-1"));
        return gateway;
    }

    private static async Task<(Era Alice, Era Bob)> BeginAsync(TestGateway gateway, bool modern)
    {
        var alice = new Era(gateway, modern, "alice");
        var bob = new Era(gateway, modern, "bob");
        await alice.BeginAsync(modern ? Declared : "{}");
        await bob.BeginAsync(modern ? Declared : "{}");
        return (alice, bob);
    }

    private static async Task MakeAsync(Era caller, bool modern) =>
        Assert.True((await caller.AskAsync("tools/call", "\"name\":\"echo\"" + (modern ? "" : ",\"task\":{}"), "echo"))
            .TryGetProperty("result", out _));

    private static string Made(bool modern, string task) =>
        modern ? $"{{\"resultType\":\"task\",\"taskId\":\"{task}\",\"status\":\"working\"}}" : $"{{\"task\":{{\"taskId\":\"{task}\",\"status\":\"working\"}}}}";

    private static string Result(bool modern, string method, string members) =>
        modern ? "{\"resultType\":\"complete\"," + members + "}" : method == "tasks/result" ? "{\"content\":[]}" : "{" + members + "}";

    /// <summary>A body whose second half is sent on request.</summary>
    private sealed class SlowBody(byte[] body) : HttpContent
    {
        private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End() => end.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            var half = body.Length / 2;
            await stream.WriteAsync(body.AsMemory(0, half));
            await stream.FlushAsync();
            await end.Task;
            await stream.WriteAsync(body.AsMemory(half));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }
}
