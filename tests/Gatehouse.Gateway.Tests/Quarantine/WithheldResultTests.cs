using System.Text;
using System.Text.Json;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Quarantine;

/// <summary>Results about which a person is to be asked are kept, and their callers learn nothing of them; every other message is blocked.</summary>
[Trait("Requirement", "PI-04")]
public sealed class WithheldResultTests
{
    private const string Tasks = """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""";

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task ResultUnderAsk_IsKept_AndTheCallerGetsAnErrorWithItsId(bool modern, bool asStream)
    {
        await using var gateway = await WithholdingGateway.StartAsync();
        var era = await gateway.BeginAsync(modern);
        if (asStream) Stream(gateway.Upstream);
        var answer = await WithholdingGateway.CallAsync(era);
        Assert.Equal("GH8007", WithholdingGateway.Code(answer));
        Assert.Contains("was carried out", answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("Do not repeat the call", answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        var id = WithholdingGateway.Data(answer).GetProperty("quarantineId").GetString()!;
        Assert.Matches("^qua-[0-9a-z]{10}$", id);
        Assert.DoesNotContain("instructions", answer.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("GHS9003", answer.GetRawText(), StringComparison.Ordinal);
        var view = Assert.Single(await gateway.ListAsync());
        Assert.Equal((id, "kept", "up", "tools/call", "echo", "alice"), (view.Id, view.State, view.Server, view.Method, view.Target, view.Caller));
        Assert.Equal(["GHS9003"], view.Findings);
        Assert.Equal(["kept"], gateway.Acts());
        Assert.Single(gateway.Forwarded);
    }

    // Threat: size or content of the result show in the error. Only the two ids differ.
    [Fact]
    public async Task ErrorsOfDifferentResults_AreEqual()
    {
        await using var gateway = await WithholdingGateway.StartAsync();
        var era = await gateway.BeginAsync();
        List<string> errors = [];
        foreach (var text in new[] { WithholdingGateway.Likely, WithholdingGateway.Likely + string.Concat(Enumerable.Repeat(" More words of it.", 4000)) })
        {
            gateway.Upstream.OnResult("tools/call", WithholdingGateway.Result(text));
            var answer = await WithholdingGateway.CallAsync(era);
            var data = WithholdingGateway.Data(answer);
            errors.Add(answer.GetProperty("error").GetRawText()
                .Replace(data.GetProperty("quarantineId").GetString()!, "ID", StringComparison.Ordinal)
                .Replace(data.GetProperty("requestId").GetString()!, "REQUEST", StringComparison.Ordinal));
        }

        Assert.Equal(errors[0], errors[1]);
        Assert.Equal(2, (await gateway.RowsAsync()).Count);
    }

    [Fact]
    public async Task NothingOfTheResult_IsInClear_InStoreOrLog()
    {
        await using var gateway = await WithholdingGateway.StartAsync();
        await WithholdingGateway.WithheldAsync(await gateway.BeginAsync());
        var state = gateway.Gateway.Host.State;
        string[] words = ["previous instructions", Convert.ToBase64String(Encoding.UTF8.GetBytes("previous instructions"))[..24]];
        var files = Directory.EnumerateFiles(state.Root, "*", SearchOption.AllDirectories);
        foreach (var file in files.Where(static file => Path.GetFileName(file) is not ("control.sock" or "lock")))
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(open, Encoding.Latin1);
            var text = await reader.ReadToEndAsync();
            Assert.All(words, word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task PromptsAndResources_AreKept()
    {
        await using var gateway = await WithholdingGateway.StartAsync();
        gateway.Upstream
            .OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"p"}]}""")
            .OnResult("prompts/get", $$$"""{"resultType":"complete","messages":[{"role":"user","content":{"type":"text","text":"{{{WithholdingGateway.Likely}}}"}}]}""")
            .OnResult("resources/list", """{"resultType":"complete","resources":[{"uri":"demo://a","name":"a"}]}""")
            .OnResult("resources/read", $$"""{"resultType":"complete","contents":[{"uri":"demo://a","text":"{{WithholdingGateway.Likely}}"}]}""");
        var era = new Era(gateway.Gateway, true, "alice");
        foreach (var (method, parameters, name) in new[] { ("prompts/get", "\"name\":\"p\"", "p"), ("resources/read", "\"uri\":\"demo://a\"", "demo://a") })
        {
            var data = WithholdingGateway.Data(await era.AskAsync(method, parameters, name));
            Assert.Equal("GH8007", data.GetProperty("code").GetString());
            var id = data.GetProperty("quarantineId").GetString()!;
            await gateway.ReleasedAsync(id);
            Assert.Equal(id, WithholdingGateway.MarkOf(await era.AskAsync(method, parameters, name)).GetProperty("quarantine").GetString());
            Assert.Single(gateway.Upstream.Of(method));
        }
    }

    [Fact]
    public async Task FinalResultOfATask_IsKept_AndItsStateIsBlocked()
    {
        await using var gateway = await WithholdingGateway.StartAsync();
        var era = new Era(gateway.Gateway, true, "alice");
        await era.BeginAsync(Tasks);
        gateway.Upstream.OnResult("tools/call", """{"resultType":"task","taskId":"t-1","status":"working","ttlMs":60000,"createdAt":"2026-01-01T00:00:00Z","lastUpdatedAt":"2026-01-01T00:00:00Z"}""");
        Assert.True((await WithholdingGateway.CallAsync(era)).TryGetProperty("result", out _));
        var state = "\"taskId\":\"t-1\",\"ttlMs\":60000,\"createdAt\":\"2026-01-01T00:00:00Z\",\"lastUpdatedAt\":\"2026-01-01T00:00:00Z\"";
        gateway.Upstream.OnResult("tasks/get", $$"""{"resultType":"complete",{{state}},"status":"working","statusMessage":"{{WithholdingGateway.Likely}}"}""");
        Assert.Equal("GH8005", WithholdingGateway.Code(await era.AskAsync("tasks/get", "\"taskId\":\"t-1\"", "t-1")));
        Assert.Empty(await gateway.RowsAsync());
        gateway.Upstream.OnResult("tasks/get", $$"""{"resultType":"complete",{{state}},"status":"completed","result":{{WithholdingGateway.Result()}}}""");
        var data = WithholdingGateway.Data(await era.AskAsync("tasks/get", "\"taskId\":\"t-1\"", "t-1"));
        Assert.Equal("GH8007", data.GetProperty("code").GetString());
        await gateway.ReleasedAsync(data.GetProperty("quarantineId").GetString()!);
        var released = await era.AskAsync("tasks/get", "\"taskId\":\"t-1\"", "t-1");
        Assert.Equal(WithholdingGateway.Likely, released.GetProperty("result").GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal(2, gateway.Upstream.Of("tasks/get").Count);
    }

    // An error and a question of the server are no results, and an answer that is a question was not carried out.
    [Theory]
    [InlineData("error", "GH8005")]
    [InlineData("question", "GH8005")]
    [InlineData("isError", "GH8007")]
    public async Task OnlyResults_AreKept(string kind, string code)
    {
        await using var gateway = await WithholdingGateway.StartAsync();
        var era = new Era(gateway.Gateway, true, "alice");
        await era.BeginAsync("""{"elicitation":{"form":{}}}""");
        var answer = kind switch
        {
            "error" => "\"error\":{\"code\":-32000,\"message\":\"LIKELY\"}",
            "question" => "\"result\":{\"resultType\":\"input_required\",\"inputRequests\":{\"q\":{\"method\":\"elicitation/create\",\"params\":{\"mode\":\"form\","
                + "\"message\":\"LIKELY\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}}}}",
            _ => "\"result\":{\"resultType\":\"complete\",\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":\"LIKELY\"}]}",
        };
        answer = answer.Replace("LIKELY", WithholdingGateway.Likely, StringComparison.Ordinal);
        gateway.Upstream.On("tools/call", (context, message) =>
            RecordingUpstream.Json(context, $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},{answer}}}"));
        Assert.Equal(code, WithholdingGateway.Code(await WithholdingGateway.CallAsync(era)));
        Assert.Equal(code == "GH8007" ? 1 : 0, (await gateway.RowsAsync()).Count);
    }

    [Fact]
    public async Task NotificationsAndProgress_AreBlocked_AndTheResultAfterThemIsKept()
    {
        await using var gateway = await WithholdingGateway.StartAsync();
        var era = await gateway.BeginAsync();
        gateway.Upstream.On("tools/call", (context, message) => RecordingUpstream.Events(context,
            $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{{\"progressToken\":\"p\",\"progress\":1,\"message\":\"{WithholdingGateway.Likely}\"}}}}\n\n",
            $"data: {{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{WithholdingGateway.Result()}}}\n\n"));
        var request = gateway.Gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo");
        using var response = await gateway.Gateway.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("instructions", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("GH8007", text, StringComparison.Ordinal);
        Assert.Single(await gateway.RowsAsync());
        Assert.Equal("GH8007", WithholdingGateway.Code(await WithholdingGateway.CallAsync(era)));
    }

    // A resumed stream has no whole request, so that no digest of a call can be made there.
    [Fact]
    public async Task AnswerOnAResumedStream_IsBlocked()
    {
        await using var gateway = await WithholdingGateway.StartAsync();
        gateway.Upstream.On("tools/call", (context, _) => RecordingUpstream.Events(context, "id: e1\ndata: {}\n\n"));
        gateway.Upstream.On("GET", (context, _) =>
            RecordingUpstream.Events(context, $"data: {{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":{WithholdingGateway.Result()}}}\n\n"));
        var session = await gateway.Gateway.InitializeAsync();
        const string call = """{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"echo"}}""";
        using var lost = await gateway.Gateway.SendAsync(gateway.Gateway.Post(call, null, ("Mcp-Session-Id", session)));
        var position = (await lost.Content.ReadAsStringAsync()).Split('\n').First(static line => line.StartsWith("id: ", StringComparison.Ordinal))[4..];
        using var resumed = await gateway.Gateway.SendAsync(
            gateway.Gateway.Get(null, ("Mcp-Session-Id", session), ("Last-Event-ID", position.Trim())));
        var text = await resumed.Content.ReadAsStringAsync();
        Assert.DoesNotContain("instructions", text, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await gateway.RowsAsync());
        Assert.Contains("text-ghs9003", gateway.Gateway.EndedEntryOf(resumed).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NumberAndBytes_AreFactsOfTheStatus()
    {
        await using var gateway = await WithholdingGateway.StartAsync();
        await WithholdingGateway.WithheldAsync(await gateway.BeginAsync());
        await gateway.SweptAsync();
        Assert.Equal(1, gateway.Book.Use.Results);
        Assert.InRange(gateway.Book.Use.Bytes, 1, 1000);
        Assert.Contains(WorkFacts.Of(gateway.Gateway.Host.Core), static fact => fact is { Key: "quarantined", Value: "1" });
    }

    // block keeps nothing.
    [Fact]
    public async Task ResultUnderBlock_IsNotKept()
    {
        await using var gateway = await WithholdingGateway.StartAsync(asking: [WithholdingGateway.Asking with { Action = InspectionAction.Block }]);
        Assert.Equal("GH8005", WithholdingGateway.Code(await WithholdingGateway.CallAsync(await gateway.BeginAsync())));
        Assert.Empty(await gateway.RowsAsync());
        Assert.Empty(gateway.Acts());
    }

    public static TheoryData<string, Func<QuarantineSettings, QuarantineSettings>> Bounds() => new()
    {
        { "results", static settings => settings with { Results = 2 } },
        { "results of the caller", static settings => settings with { ResultsPerCaller = 2 } },
        { "results of the server", static settings => settings with { ResultsPerServer = 2 } },
        { "bytes", static settings => settings with { Bytes = 600 } },
        { "bytes of the caller", static settings => settings with { BytesPerCaller = 600 } },
        { "bytes of the server", static settings => settings with { BytesPerServer = 600 } },
    };

    [Theory]
    [MemberData(nameof(Bounds), DisableDiscoveryEnumeration = true)]
    public async Task BeyondABound_ResultsAreBlocked_AndTheRecordSaysWhy(string name, Func<QuarantineSettings, QuarantineSettings> bound)
    {
        await using var gateway = await WithholdingGateway.StartAsync(change: settings => settings with { Quarantine = bound(settings.Quarantine) });
        var era = await gateway.BeginAsync();
        var first = await WithholdingGateway.WithheldAsync(era);
        await WithholdingGateway.WithheldAsync(era);
        var (_, body, response) = await gateway.Gateway.CallAsync(era.Request("tools/call", "\"name\":\"echo\",\"arguments\":{\"amount\":10}", "echo"));
        Assert.Equal("GH8005", WithholdingGateway.Code(body));
        Assert.False(WithholdingGateway.Data(body).TryGetProperty("quarantineId", out _));
        var entry = gateway.Gateway.EndedEntryOf(response).GetRawText();
        Assert.Contains("not-quarantined", entry, StringComparison.Ordinal);
        Assert.Contains("crowded", entry, StringComparison.Ordinal);
        Assert.Null((await gateway.DeleteAsync(first)).Refusal?.Why);
        Assert.StartsWith("qua-", await WithholdingGateway.WithheldAsync(era), StringComparison.Ordinal); // room again
        Assert.NotEmpty(name);
    }

    [Fact]
    public async Task ResultThatIsTooLarge_IsBlocked_AndTheRecordSaysWhy()
    {
        await using var gateway = await WithholdingGateway.StartAsync(
            change: static settings => settings with { Quarantine = settings.Quarantine with { EntryBytes = 1024 } });
        var era = await gateway.BeginAsync(text: WithholdingGateway.Likely + new string('x', 1024));
        var (_, body, response) = await gateway.Gateway.CallAsync(era.Request("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo"));
        Assert.Equal("GH8005", WithholdingGateway.Code(body));
        Assert.Contains("too-large", gateway.Gateway.EndedEntryOf(response).GetRawText(), StringComparison.Ordinal);
        Assert.Empty(await gateway.RowsAsync());
    }

    [Fact]
    public async Task LargestResult_IsKept_ShownInFull_AndDelivered()
    {
        await using var gateway = await WithholdingGateway.StartAsync();
        var text = WithholdingGateway.Likely + new string('x', (1 << 20) - 400);
        var era = await gateway.BeginAsync(text: text);
        var id = await WithholdingGateway.WithheldAsync(era);
        Assert.Contains(text, WithholdingGateway.Whole((await gateway.ShowAsync(id)).Result!.Lines!), StringComparison.Ordinal);
        await gateway.ReleasedAsync(id);
        Assert.Equal(text, WithholdingGateway.TextOf(await WithholdingGateway.CallAsync(era)));
    }

    [Fact]
    public async Task OneCallersResults_LeaveOthersTheirRoom()
    {
        await using var gateway = await WithholdingGateway.StartAsync(
            change: static settings => settings with { Quarantine = settings.Quarantine with { ResultsPerCaller = 1 } });
        var (alice, bob) = (await gateway.BeginAsync(), await gateway.BeginAsync(subject: "bob"));
        await WithholdingGateway.WithheldAsync(alice);
        Assert.Equal("GH8005", WithholdingGateway.Code(await WithholdingGateway.CallAsync(alice)));
        await WithholdingGateway.WithheldAsync(bob);
    }

    [Fact]
    public async Task Result_ExpiresByItself_AndItsContentIsGone()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await WithholdingGateway.StartAsync(time: clock);
        var id = await WithholdingGateway.WithheldAsync(await gateway.BeginAsync());
        clock.Advance(TimeSpan.FromDays(7));
        await gateway.SweptAsync();
        Assert.Equal(QuarantineState.Expired, (await gateway.RowAsync(id)).State);
        Assert.Null((await gateway.Book.ShowAsync(id, CancellationToken.None))!.Message);
        Assert.Equal("over", (await gateway.ShowAsync(id)).Refusal?.Why);
        Assert.Equal(["kept", "expired"], gateway.Acts());
        Assert.Empty(await gateway.ListAsync());
        Assert.Equal("expired", Assert.Single(await gateway.ListAsync(all: true)).State);
    }

    private static void Stream(RecordingUpstream upstream) => upstream.On("tools/call", (context, message) => RecordingUpstream.Events(context,
        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\"working\"}}\n\n",
        $"data: {{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{WithholdingGateway.Result()}}}\n\n"));
}
