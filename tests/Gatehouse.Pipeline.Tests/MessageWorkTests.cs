using System.Text;
using Gatehouse.Detection.Findings;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Pipeline.Inspection.Texts;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Pipeline.Uris;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Headers;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Tests.Shared;

namespace Gatehouse.Pipeline.Tests;

/// <summary>
/// Each rule on messages, and each step on lists, on the worst forms that keep the limits of size: the work that is counted, and memory, grow with
/// the size and not with its square (CWE-407). The worst forms of schemas have a class of their own, SchemaWorkTests.
/// </summary>
[Trait("Requirement", "EX-03")]
public sealed class MessageWorkTests
{
    // All bytes of a message or list. A server may send 16 times as many; this size keeps the class within a few seconds.
    private const int All = 1 << 18;

    // The system counts the time of a thread in steps of a few milliseconds.
    private const int Timed = 1 << 20;

    private static readonly Case[] Answers =
    [
        new("correlation", "a long result", size => Result(Text(size))),
        new("misplaced-tokens", "beginnings of tokens", size => Result(Text(size, "eyJ."))),
        new("misplaced-tokens", "escapes", size => Result(Text(size, "\\u0065"))),
        new("asks", "addresses to visit", size => Error(
            "{\"elicitations\":[" + Fill(size, "{\"mode\":\"url\",\"url\":\"https://a\",\"message\":\"m\"}") + "]}", -32042)),
        new("asks", "a form with many fields", size => Request("elicitation/create",
            "\"mode\":\"form\",\"message\":\"m\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{"
            + Members(size, "{\"type\":\"string\"}") + "}}")),
        new("asks", "a long question", size => Request("elicitation/create", "\"message\":\"" + Repeat("Gatehouse: ", size) + "\"")),
        new("server-message", "a long log message", size => Notification("message", "\"level\":\"error\",\"data\":[" + Fill(size, "{}") + "]")),
        new("progress", "a value at the end", size => Notification("progress",
            "\"progressToken\":1,\"data\":[" + Fill(size, "{}") + "],\"progress\":1")),
        new("result-type", "many questions", size => Result("\"resultType\":\"input_required\",\"inputRequests\":{"
            + Members(size, "{\"params\":{},\"method\":\"elicitation/create\"}") + "}"), Modern: true),
        new("tasks", "a list of tasks of others", size => Result("\"tasks\":[" + Fill(size, "{\"taskId\":\"t\"}") + "]"), "tasks/list"),
        new("result-schema", "constants beside a long text", size => Result(
            "\"content\":[],\"structuredContent\":\"\\u0041" + Repeat("a", size) + "\"")),
        new("state-handles", "a long state", size => Result(
            "\"resultType\":\"input_required\",\"requestState\":\"" + Repeat("a", size) + "\""), Modern: true),
        new("definitions", "large definitions", size => Result(
            "\"instructions\":\"" + Repeat("a", size / 2) + "\",\"capabilities\":{\"experimental\":{"
            + Members(size / 2, "{}") + "}}"), "initialize"),
        new("own-members", "many, each in a _meta of its own", size => Result("\"content\":[" + Fill(size, "{\"_meta\":{\"gatehouse/x\":1}}") + "]")),
        new("own-members", "at the end of a deep nesting", size => Nested("\"gatehouse/x\":1,\"a\":[" + Fill(size, "{}") + "],\"gatehouse/y\":1")),
        new("own-members", "at each depth", size => Nested("\"a\":[" + Fill(size, "{}") + "]", "\"gatehouse/x\":1,")),
        new("links", "a deep nesting in _meta", size => Nested("\"a\":[" + Fill(size, "{}") + "],\"b\":\"ui\",\"icon\":\"a\"")),
        new("links", "an app at the end of a deep nesting", size => Nested("\"a\":[" + Fill(size, "{}") + "],\"b\":\"ui://a\"")),
        new("links", "an app at each depth", size => Nested("\"a\":[" + Fill(size, "{}") + "]", "\"uri\":\"ui://a\",")),
        new("links", "content within content", size => Result(Deep("\"content\":{", "\"icon\":\"a\",\"a\":[" + Fill(size, "{}") + "]"))),
        new("links", "many icons", size => Result("\"icons\":[" + Fill(size, "{\"src\":\"file:a\"}") + "]")),
        new("links", "icons that stay in _meta", size => Result("\"a\":[" + Fill(size / 2, "{}") + "],\"_meta\":{\"icons\":1,\"b\":["
            + Fill(size / 2, "{\"input\":{\"icon\":\"file:a\"}}") + "]}")),
        new("links", "every second of many", size => Result("\"content\":[" + Fill(size, "{\"uri\":\"ui://a\"},{}") + "]")),
        new("capabilities", "many", size => Result("\"capabilities\":{" + Members(size, "{}") + "}"), "initialize"),
        new("capabilities", "instructions beside long names", size => Result("\"capabilities\":{},\"instructions\":\"" + Repeat("a", Shared) + "\""),
            "initialize", Lists: LongerAndLonger),
        new("cache-scope", "a long result", size => Result(Text(size) + ",\"cacheScope\":\"public\"")),
        new("updates", "a long address", size => Notification("resources/updated", "\"uri\":\"r:" + Repeat("a", size) + "\"")),
        new("protection", "many values of a text", size => Result(Text(size, "4111 1111 1111 1111, "))),
        new("protection", "many texts with a value", size => Result("\"content\":[" + Fill(size, "\"4111 1111 1111 1111\"") + "]")),
        new("protection", "many marks of tokens", size => Result(Text(size, "[[IBAN:"))),
        new("texts", "a long text", size => Result(Text(size, "ignore all previous "))),
        new("texts", "many texts", size => Result("\"content\":[" + Fill(size, "\"a\"") + "]")),
        new("hidden-names", "an error beside names that begin alike", size => Error("\"" + Repeat("a", Shared) + "\""), Lists: LongerAndLonger),
        new("hidden-names", "an error of many words", size => Error("\"" + Repeat("a ", Shared) + "\""), Lists: WordsOnWords),
        new("hidden-names", "an error that is as long as the list",
            size => Error("\"" + Repeat("a", Math.Min(size / 64, Shared)) + "\""), Lists: LongerAndLonger),
        new("hidden-names", "many values of a completion", size => Result("\"completion\":{\"values\":[" + Fill(size, "\"aaa\"") + "]}"),
            "completion/complete", Lists: LongerAndLonger),
        new("marks", "a text of spaces", size => Result(Text(size, "a "))),
        new("marks", "many texts", size => Result("\"content\":[" + Fill(size, "{\"text\":\"a\"}") + "]")),
        new("marks", "many strings", size => Result("\"structuredContent\":[" + Fill(size, "\"a b c d e f g h i\"") + "]")),
    ];

    private static readonly Case[] Requests =
    [
        new("mcp-app", "a long address", size => Request("resources/read", "\"uri\":\"" + Repeat(" ", size) + "ui:\"")),
        new("trace-context", "a long value", size => Request("tools/call",
            "\"name\":\"t\",\"_meta\":{\"traceparent\":\"" + Repeat("0", size) + "\"}")),
        new("parameter-headers", "many parameters of a tool", size => Call("\"a\":[" + Fill(size, "{}") + "]"), Modern: true),
        new("arguments", "nulls beside many declared members", size => Call(Members(size, "null"))),
        new("arguments", "many arguments that a prompt requires", size => Request("prompts/get", "\"name\":\"p\",\"arguments\":{"
            + Members(size, "\"v\"") + "}")),
        new("protection", "many values of an argument", size => Call("\"a\":\"" + Repeat("4111 1111 1111 1111, ", size) + "\"")),
        new("texts", "a long argument", size => Call("\"a\":\"" + Repeat("ignore all previous ", size) + "\"")),
    ];

    // Names of the entries of lists.
    private static readonly Dictionary<string, Func<int, string[]>> Entries = new(StringComparer.Ordinal)
    {
        ["Tools"] = size => LongerAndLonger(size),
        ["Prompts"] = size => LongerAndLonger(size),
        ["Resources"] = size => Named(size, n => $"notes://{n}/" + Repeat("a/", 1400)),
        ["Templates"] = size => Named(size, n => $"notes://{n}/" + Repeat("a/", 700) + "{x}" + Repeat("/b", 300)),
    };

    // Of a text beside a list: as long as texts are searched.
    private const int Shared = 16_000;

    public static TheoryData<string, string> AnswerForms => Of(Answers);

    public static TheoryData<string, string> RequestForms => Of(Requests);

    public static TheoryData<string> Kinds => new(ListKinds.All.Select(kind => kind.ToString()));

    [Fact]
    public void EveryRule_HasAWorstForm()
    {
        Assert.Equal(AnswerRules(Catalogue(Answers[0], 0)).Select(rule => rule.Name).Order(StringComparer.Ordinal),
            Answers.Select(one => one.Rule).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(RequestRules.Select(rule => rule.Name).Order(StringComparer.Ordinal),
            Requests.Select(one => one.Rule).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(ListKinds.All.Select(kind => kind.ToString()), Entries.Keys);
    }

    [Theory]
    [MemberData(nameof(AnswerForms))]
    public void ARuleOnAnswers_CostsInProportionToTheMessage(string rule, string form) =>
        IsInProportion(size => Cost(Find(Answers, rule, form), size));

    [Theory]
    [MemberData(nameof(RequestForms))]
    public void ARuleOnRequests_CostsInProportionToTheMessage(string rule, string form) =>
        IsInProportion(size => Cost(Find(Requests, rule, form), size));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AList_CostsInProportionToItsSize(string kind) => IsInProportion(size =>
    {
        var run = Showing(kind, size);
        var before = GC.GetAllocatedBytesForCurrentThread();
        run();
        return (0, GC.GetAllocatedBytesForCurrentThread() - before);
    });

    [Theory]
    [MemberData(nameof(AnswerForms))]
    public void ARuleOnAnswers_TakesTimeInProportionToTheMessage(string rule, string form) =>
        TakesInProportion(size => Run(Find(Answers, rule, form), size).Act);

    [Theory]
    [MemberData(nameof(RequestForms))]
    public void ARuleOnRequests_TakesTimeInProportionToTheMessage(string rule, string form) =>
        TakesInProportion(size => Run(Find(Requests, rule, form), size).Act);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AList_TakesTimeInProportionToItsSize(string kind) => TakesInProportion(size => Showing(kind, size));

    // The rules of a template depend on nothing of the caller.
    [Fact]
    public void AListOfTemplates_IsComparedWithThePolicyOnce()
    {
        var show = Showing("Templates", All);
        show();
        var before = GC.GetAllocatedBytesForCurrentThread();
        show();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, All / 2);
    }

    [Theory]
    [InlineData("hidden-names", "an error beside names that begin alike", 0)]
    [InlineData("hidden-names", "an error beside names that begin alike", 64 * All)]
    public async Task WorkThatIsSpent_RefusesTheAnswer(string rule, string form, int size)
    {
        var one = Find(Answers, rule, form);
        var (exchange, _) = Run(one, size);
        var inspector = ResponseInspector.Standard(
            Catalogue(one, size), new Handles(), new SnapshotHolder(Snapshot), new TextInspector(TimeProvider.System));
        var verdict = await inspector.JudgeAsync(exchange, Validate(one.Message(size)), TestContext.Current.CancellationToken);
        Assert.Equal(size == 0 ? null : RuleTurns.TooMuchWork, verdict.Refusal?.Detail);
        Assert.Equal(size == 0 ? null : Reasons.ResultRefused.Code, verdict.Refusal?.Reason.Code);
    }

    [Fact]
    public async Task RulesOnLargeMessages_TakeTurns_AndOneThatWaitsHoldsNone()
    {
        var turns = new RuleTurns(TimeProvider.System);
        var places = Math.Max(1, Environment.ProcessorCount / 2);
        var (exchange, _) = Run(Answers[0], 0);
        var large = Validate(Answers[0].Message(RuleTurns.Large));
        var waits = new TaskCompletionSource<RuleVerdict>();
        for (var n = 0; n <= places; n++) Assert.False(Judge(() => new(waits.Task)).IsCompleted);
        Task? late = null;
        var within = 0;
        Assert.True(Judge(Work).IsCompleted);
        Assert.InRange(within, 1, places);
        Assert.NotNull(late);
        await late;

        Task<RuleVerdict> Judge(Func<ValueTask<RuleVerdict>> rule) =>
            turns.JudgeAsync(new Acting(rule), exchange, large, TestContext.Current.CancellationToken).AsTask();

        // One in the other, until one has to wait.
        ValueTask<RuleVerdict> Work()
        {
            if (late is not null) return new(RuleVerdict.Pass);
            within++;
            var inner = Judge(Work);
            if (!inner.IsCompleted) late ??= inner;
            return new(RuleVerdict.Pass);
        }
    }

    private static void IsInProportion(Func<int, (long Steps, long Allocated)> cost)
    {
        _ = cost(1000); // what is made once
        var (quarter, half, all) = (Least(All / 4), Least(All / 2), Least(All));
        Assert.True(half.Steps <= (2.2 * quarter.Steps) + 100 && all.Steps <= (2.2 * half.Steps) + 100,
            $"{quarter.Steps}, {half.Steps}, {all.Steps} steps for a quarter, half and all");
        Assert.True(half.Allocated <= (2.2 * quarter.Allocated) + 65_536 && all.Allocated <= (2.2 * half.Allocated) + 65_536,
            $"{quarter.Allocated}, {half.Allocated}, {all.Allocated} bytes for a quarter, half and all");
        Assert.True(all.Allocated <= 40L * All, $"{all.Allocated} bytes for a message of {All}");

        // Of three runs: what a pool of buffers lacks is made by the first.
        (long Steps, long Allocated) Least(int size) => Enumerable.Range(0, 3).Select(_ => cost(size)).MinBy(static one => one.Allocated);
    }

    private static void TakesInProportion(Func<int, Action> run)
    {
        Assert.SkipUnless(ThreadTime.IsMeasured, "this system does not tell the time of a thread");
        var (half, all) = (run(Timed / 2), run(Timed));
        var (less, more) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < 5; round++)
        {
            less = ThreadTime.Least(less, half);
            more = ThreadTime.Least(more, all);
        }

        Assert.True(more <= (3 * less) + TimeSpan.FromMilliseconds(8), $"{less.TotalMilliseconds} ms for half, {more.TotalMilliseconds} ms for all");
    }

    private static (long Steps, long Allocated) Cost(Case one, int size)
    {
        var (exchange, act) = Run(one, size);
        exchange.Work.Begin();
        var before = GC.GetAllocatedBytesForCurrentThread();
        act();
        return (exchange.Work.Spent, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // The rule ends on this thread: nothing that it waits for is outside of the process.
    private static (Exchange Exchange, Action Act) Run(Case one, int size)
    {
        var message = Validate(one.Message(size));
        var isAnswer = Answers.Contains(one);
        var exchange = new Exchange(Snapshot, new Head(one.Modern), null, TimeProvider.System)
        {
            Server = Server,
            Revision = one.Modern ? ProtocolRevision.V20260728 : ProtocolRevision.V20251125,
            Caller = Callers.Named("alice"),
            Message = isAnswer ? Validate(Request(one.Method, "\"name\":\"t\"" + (one.Modern ? Meta : ""))) : message,
            Tool = Tool(size),
            Prompt = new PromptDefinition([.. Enumerable.Range(0, size / 8).Select(n => $"r{n}")]),
        };
        Assert.Null(exchange.Tool.Input!.Fault); // compiled before anything is measured
        Assert.Null(exchange.Tool.Output!.Fault);
        IMessageRule rule = isAnswer ? AnswerRules(Catalogue(one, size)).Single(other => other.Name == one.Rule)
            : RequestRules.Single(other => other.Name == one.Rule);
        return (exchange, () =>
        {
            var run = rule.JudgeAsync(exchange, message, CancellationToken.None);
            Assert.True(run.IsCompleted);
            var verdict = run.GetAwaiter().GetResult();
            if (verdict.Edits.Count == 0) return;
            var merger = new EditMerger(message);
            merger.Add(verdict.Edits, one.Rule);
            Assert.NotNull(merger.Apply(Server.ResponseBytes));
        }
        );
    }

    private static Action Showing(string kind, int size)
    {
        var list = List(Enum.Parse<ListKind>(kind), Entries[kind](size));
        var exchange = new Exchange(Snapshot, new Head(false), null, TimeProvider.System)
        { Server = Server, Revision = ProtocolRevision.V20251125, Caller = Callers.Named("alice") };
        return () => Visibility.Of(exchange, Snapshot, list);
    }

    private static TheoryData<string, string> Of(Case[] cases)
    {
        var data = new TheoryData<string, string>();
        foreach (var one in cases) data.Add(one.Rule, one.Form);
        return data;
    }

    private static Case Find(Case[] cases, string rule, string form) => cases.Single(one => one.Rule == rule && one.Form == form);

    private static IReadOnlyList<IResponseRule> AnswerRules(ICatalogue catalogue) =>
        ResponseInspector.Standard(catalogue, new Handles(), new SnapshotHolder(Snapshot), new TextInspector(TimeProvider.System)).Rules;

    private static IReadOnlyList<IRequestRule> RequestRules => RequestInspector.Standard(new TextInspector(TimeProvider.System)).Rules;

    private static ServerSettings Server { get; } = new() { Name = "up", Path = "/", Trust = ServerTrust.Untrusted };

    private static GatewaySnapshot Snapshot { get; } = new(1,
        new GatewaySettings
        {
            PublicUrl = new Uri("http://127.0.0.1"),
            Listen = new ListenSettings(),
            Servers = [Server],
            StateDirectory = "unused",
            Protection = new ProtectionSettings
            {
                IsConfigured = true,
                Mark = UntrustedMark.Datamark,
                Rules = [new ProtectionRule { Id = "all", Mode = ProtectionMode.Tokenise, Confidence = Confidence.Low }],
            },
        },
        new PolicyDecisionPoint(
        [
            new PolicyRule
            {
                Id = "own",
                Resources = new UriSet([.. Enumerable.Range(0, 10).Select(n => $"notes://*/a/{{x}}/{n}/*")]),
                Tools = new NameSet(["echo"]),
                Directions = [.. Enum.GetValues<PolicyDirection>()],
            },
            new PolicyRule { Id = "never", Forbids = true, Resources = new UriSet(["notes://bob/*", "r:secret/{+path}"]) },
        ]));

    private static Known Catalogue(Case one, int size) => new Known(List(ListKind.Tools, one.Lists?.Invoke(size) ?? []));

    private static ServerList List(ListKind kind, string[] names) => new(kind, [.. names.Select(name => Entry(kind, name))], new byte[32]);

    private static ListEntry Entry(ListKind kind, string name) => new(name, "{}"u8.ToArray(), new byte[32])
    { Shape = kind == ListKind.Templates ? new UriTemplateShape(name) : null };

    private static ToolDefinition Tool(int size) =>
        new("t", [.. Enumerable.Range(0, 200).Select(n => new ParameterHeader($"h{n}", [$"b{n}"]))], null)
        {
            Input = Schema("{\"type\":\"object\",\"properties\":{" + Members(size / 2, "{\"type\":\"string\"}") + "}}"),
            Output = Schema("{\"anyOf\":[" + string.Join(',', Enumerable.Range(0, 1000).Select(n => $"{{\"const\":\"{n}\"}}")) + "]}"),
        };

    private static ToolSchema Schema(string json) => new(Encoding.UTF8.GetBytes(json), new SchemaCache());

    private static ValidatedMessage Validate(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var valid = MessageValidator.TryValidate(bytes, ResponseLimits.For(Server.ResponseBytes), out var message, out var failure);
        Assert.True(valid, failure.ToString());
        return message!;
    }

    private static string Meta => ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
        + "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{}}}";

    private static string Request(string method, string parameters) =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{{{parameters}}}}}";

    private static string Call(string arguments) => Request("tools/call", $"\"name\":\"t\",\"arguments\":{{{arguments}}}");

    private static string Notification(string method, string parameters) =>
        $"{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/{method}\",\"params\":{{{parameters}}}}}";

    private static string Result(string members) => $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{{{members}}}}}";

    private static string Error(string data, int code = -1) =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{{\"code\":{code},\"message\":\"m\",\"data\":{data}}}}}";

    private static string Text(int size, string part = "a") => "\"content\":[{\"type\":\"text\",\"text\":\"" + Repeat(part, size) + "\"}]";

    private static string Nested(string members, string each = "") => Result(Deep("\"_meta\":{" + each, members));

    // As deep as a message may be.
    private static string Deep(string opening, string members) =>
        string.Concat(Enumerable.Repeat(opening, 55)) + members + new string('}', 55);

    // Few enough for a message: 524,288 values.
    private static string Fill(int size, string element) => string.Join(',', Enumerable.Repeat(element, Math.Max(1, size / (element.Length + 1))));

    // An object has at most 4,096 members: names and values become longer.
    private static string Members(int size, string value)
    {
        var count = Math.Clamp(size / 300, 1, 4000);
        return string.Join(',', Enumerable.Range(0, count).Select(n => $"\"k{n:D6}{Repeat("a", 200)}\":{value}"));
    }

    // As many as fill the size.
    private static string Repeat(string text, int size) => string.Concat(Enumerable.Repeat(text, size / text.Length));

    // Names a, aa, aaa …, then again with another end, of which all are as long as the size.
    private static string[] LongerAndLonger(int size)
    {
        List<string> names = [];
        for (var (n, left) = (1, size); left > 0; left -= names[^1].Length, n++)
            names.Add(new string('a', 1 + (n % 2000)) + (n < 2000 ? "" : $"b{n}"));
        return [.. names];
    }

    private static string[] WordsOnWords(int size)
    {
        List<string> names = [];
        for (var (n, left) = (1, size); left > 0; left -= names[^1].Length, n++) names.Add(Repeat("a ", 2 * (n % 1000)) + $"a{n}");
        return [.. names];
    }

    private static string[] Named(int size, Func<int, string> name) => [.. Enumerable.Range(0, Math.Max(1, size / name(0).Length)).Select(name)];

    private sealed record Case(
        string Rule, string Form, Func<int, string> Message, string Method = "tools/call", bool Modern = false, Func<int, string[]>? Lists = null);

    private sealed class Acting(Func<ValueTask<RuleVerdict>> rule) : IResponseRule
    {
        public string Name => "acting";

        public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) => rule();
    }

    private sealed class Head(bool isPost) : IRequestHead
    {
        public string? Verb => isPost ? "POST" : null;

        public string Path => "";

        public bool HasQuery => false;

        public RequestHeader? Repeated => null;

        public string? Accept => null;

        public IReadOnlyList<KeyValuePair<string, string>> Parameters => [];

        public bool Has(RequestHeader header) => false;

        public string? Single(RequestHeader header) => null;

        public System.Net.IPAddress? PeerAddress => null;
    }

    private sealed class Known(ServerList list) : ICatalogue
    {
        public ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation) =>
            ValueTask.FromResult(new UpstreamProfile(["2026-07-28"], ["2025-11-25"]));

        public ValueTask<bool> IssuesSessionsAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation) =>
            ValueTask.FromResult(false);

        public void BeganSession(ServerSettings server)
        {
        }

        public ValueTask<ServerList> ListAsync(Exchange exchange, ListKind kind, CancellationToken cancellation) => ValueTask.FromResult(list);

        public ValueTask<ServerList> RenewAsync(Exchange exchange, ListKind kind, CancellationToken cancellation) => ValueTask.FromResult(list);

        ServerList? ICatalogue.Known(Exchange exchange, ListKind kind) => kind == list.Kind ? list : null;

        public void Changed(ServerSettings server, ListKind kind)
        {
        }
    }

    private sealed class Handles : IStateHandles
    {
        public string SealState(Exchange exchange, ReadOnlySpan<byte> state) => Convert.ToBase64String(state);

        public string? SealOnce(Exchange exchange, RequestState state) => null;

        public RequestState? OpenState(Exchange exchange, string envelope) => null;

        public ValueTask<TaskClaim> ClaimTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation) => new(TaskClaim.Own);

        public ValueTask<TaskTool?> ToolOfTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation) => new((TaskTool?)null);

        public ValueTask<bool> OwnsTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation) => new(false);

        public ValueTask<bool> IsOfAnotherAsync(Exchange exchange, string taskId, CancellationToken cancellation) => new(false);
    }
}
