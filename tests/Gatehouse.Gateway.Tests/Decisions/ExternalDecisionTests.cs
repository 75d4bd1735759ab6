using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gatehouse.Configuration;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Decisions;

/// <summary>Asking an external decision point by AuthZEN 1.0: what is told, what is believed, and what happens when it fails (AZ-06).</summary>
[Trait("NoRetry", "yes")]
public sealed class ExternalDecisionTests
{
    private static readonly PolicyRule NoSecret = new() { Id = "no-secret", Forbids = true, Tools = new NameSet(["secret"]) };

    [Fact]
    public async Task Permit_NeedsBoth_AndTellsOnlyTheClosedList()
    {
        await using var point = await StandInPoint.StartAsync();
        await using var gateway = await StartAsync(point);
        var (status, body, _) = await gateway.CallAsync(Echo(gateway));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(body.TryGetProperty("result", out _));
        Assert.Empty(point.Breaches);

        var question = Assert.Single(point.Asked);
        Assert.Equal(["subject", "evaluations", "options"], question.EnumerateObject().Select(m => m.Name));
        var subject = question.GetProperty("subject");
        Assert.Equal(("user", "alice"), (subject.GetProperty("type").GetString(), subject.GetProperty("id").GetString()));
        Assert.Equal(["issuer", "client_id"], subject.GetProperty("properties").EnumerateObject().Select(m => m.Name));
        var (presence, call) = (question.GetProperty("evaluations")[0], question.GetProperty("evaluations")[1]);
        Assert.Equal("server up", Named(presence.GetProperty("resource")));
        Assert.Equal("tool echo", Named(call.GetProperty("resource")));
        Assert.Equal("up", call.GetProperty("resource").GetProperty("properties").GetProperty("server").GetString());
        Assert.Equal("tools/call", call.GetProperty("action").GetProperty("name").GetString());
        Assert.Equal("calls", call.GetProperty("action").GetProperty("properties").GetProperty("direction").GetString());
        Assert.Equal(["time", "protocol_revision"], call.GetProperty("context").EnumerateObject().Select(m => m.Name));
        Assert.Equal("2026-07-28", call.GetProperty("context").GetProperty("protocol_revision").GetString());
        Assert.DoesNotContain("hello-argument", question.GetRawText(), StringComparison.Ordinal);

        var part = gateway.EntriesWithEnded(1)[^1].GetProperty("parts").EnumerateArray().Select(p => p.GetRawText()).ToList();
        Assert.Contains(part,
            p => p.Contains("permitted-by-decision-point", StringComparison.Ordinal) && p.Contains("asked:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Arguments_AreToldOnlyWhereTheyWereChosen()
    {
        await using var point = await StandInPoint.StartAsync();
        await using var gateway = await StartAsync(point, p => p with { SendArguments = true });
        await gateway.CallAsync(Echo(gateway));
        Assert.Equal("hello-argument",
            point.Asked[0].GetProperty("evaluations")[1].GetProperty("context").GetProperty("arguments").GetProperty("text").GetString());
        await gateway.CallAsync(gateway.Modern("tools/list"));
        Assert.Contains(point.Asked, question => question.GetRawText().Contains("\"arguments_open\":true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Denial_IsAnsweredAsWhatDoesNotExist_AndTheListAgrees()
    {
        await using var point = await StandInPoint.StartAsync();
        point.Decide = question => question.GetProperty("resource").GetProperty("id").GetString() != "secret";
        await using var gateway = await StartAsync(point);
        var (_, denied, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"secret\"", "secret"));
        Assert.Equal("GH4003", denied.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.Equal(["echo"], await ToolsAsync(gateway));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        Assert.Contains(gateway.EntriesWithEnded(2), e => e.GetRawText().Contains("denied-by-decision-point", StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_IsOneQuestion_WithAsManyInARequestAsWereConfigured()
    {
        var tools = string.Join(',', Enumerable.Range(0, 25).Select(i => $"{{\"name\":\"t{i}\",\"inputSchema\":{{\"type\":\"object\"}}}}"));
        await using var point = await StandInPoint.StartAsync();
        point.Decide = question => question.GetProperty("resource").GetProperty("id").GetString() is "up" or "t3" or "t24";
        await using var gateway = await StartAsync(point, p => p with { Batch = 10 });
        gateway.Upstream.OnResult("tools/list", $"{{\"resultType\":\"complete\",\"tools\":[{tools}],\"ttlMs\":0,\"cacheScope\":\"private\"}}");
        Assert.Equal(["t3", "t24"], await ToolsAsync(gateway));
        Assert.Empty(point.Breaches);
        Assert.All(point.Asked.Where(q => q.TryGetProperty("evaluations", out _)),
            question => Assert.InRange(question.GetProperty("evaluations").GetArrayLength(), 2, 10));
        // Each once, and one question about a name that nobody has: whether the caller may use any name at all.
        Assert.Equal(25 + 1,
            point.Asked.Sum(q => q.TryGetProperty("evaluations", out var list) ? list.EnumerateArray().Count(IsTool) : IsTool(q) ? 1 : 0));

        static bool IsTool(JsonElement question) => question.GetProperty("resource").GetProperty("type").GetString() == "tool";
    }

    [Theory]
    [InlineData(DecisionCombination.BothMustPermit)]
    [InlineData(DecisionCombination.ExternalOnly)]
    public async Task Forbid_OfThePolicy_AlwaysWins_AndIsNotAskedAbout(DecisionCombination combine)
    {
        await using var point = await StandInPoint.StartAsync();
        await using var gateway = await StartAsync(point, p => p with { Combine = combine }, [Everybody, NoSecret]);
        var (_, denied, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"secret\"", "secret"));
        Assert.True(denied.TryGetProperty("error", out _));
        Assert.DoesNotContain(point.Asked, question => question.GetRawText().Contains("secret", StringComparison.Ordinal));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    [Fact]
    public async Task ExternalOnly_NeedsNoRule_ButAMethodOfNoRevisionDoes()
    {
        await using var point = await StandInPoint.StartAsync();
        await using var gateway = await StartAsync(point, p => p with { Combine = DecisionCombination.ExternalOnly }, []);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(Echo(gateway))).Status);
        Assert.Single(gateway.Upstream.Of("tools/call"));
        var (_, unknown, _) = await gateway.CallAsync(gateway.Modern("vendor/special"));
        Assert.Equal(-32601, unknown.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Empty(gateway.Upstream.Of("vendor/special"));
        Assert.DoesNotContain(point.Asked, question => question.GetRawText().Contains("vendor/special", StringComparison.Ordinal));
    }

    [Fact]
    public async Task BothMustPermit_WhatThePolicyDoesNotPermitIsNeverAsked()
    {
        await using var point = await StandInPoint.StartAsync();
        await using var gateway = await StartAsync(point, rules: []);
        Assert.Equal(HttpStatusCode.Forbidden, (await gateway.CallAsync(Echo(gateway))).Status);
        Assert.Empty(point.Paths);
    }

    /// <summary>What a lying decision point may say; in every case the door stays shut and the reason is a fault.</summary>
    public static TheoryData<string, string> Lies => new()
    {
        { "a number", """{"evaluations":[{"decision":1},{"decision":1}]}""" },
        { "a text", """{"evaluations":[{"decision":"true"},{"decision":"true"}]}""" },
        { "nothing", """{"evaluations":[{},{}]}""" },
        { "null", """{"evaluations":[{"decision":null},{"decision":null}]}""" },
        { "an extra result", """{"evaluations":[{"decision":true},{"decision":true},{"decision":true}]}""" },
        { "a result too few", """{"evaluations":[{"decision":true}]}""" },
        { "one for all", """{"decision":true}""" },
        { "no array", """{"evaluations":{"0":{"decision":true},"1":{"decision":true}}}""" },
        { "a name twice", """{"evaluations":[{"decision":false,"decision":true},{"decision":false,"decision":true}]}""" },
        { "a name twice, once escaped", """{"evaluations":[{"decision":true},{"decision":false,"\u0064ecision":true}]}""" },
        { "the list twice", """{"evaluations":[{"decision":false},{"decision":false}],"evaluations":[{"decision":true},{"decision":true}]}""" },
        { "another case", """{"evaluations":[{"Decision":true},{"Decision":true}]}""" },
        { "a context that is no object", """{"evaluations":[{"decision":true,"context":"ok"},{"decision":true,"context":[]}]}""" },
        { "something behind it", """{"evaluations":[{"decision":true},{"decision":true}]} {"evaluations":[]}""" },
        { "not JSON", "true, of course" },
        { "an array", """[{"decision":true},{"decision":true}]""" },
        { "nothing at all", "" },
        { "depth", """{"evaluations":[{"decision":true},{"decision":true}],"x":""" + new string('[', 100) + new string(']', 100) + "}" },
        { "size", """{"evaluations":[{"decision":true},{"decision":true}],"x":" """ + new string('a', 300 << 10) + "\"}" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Lie_IsADenial_WithItsOwnReason(string name, string answer)
    {
        await using var point = await StandInPoint.StartAsync();
        point.Script = (context, _) => StandInPoint.Json(context, answer);
        await AssertShutAsync(point, "GH4012", "decision-point-fault", name);
    }

    [Fact]
    public async Task AnswerToAnotherRequest_OfAnotherType_OrCompressed_IsAFault()
    {
        await using var point = await StandInPoint.StartAsync();
        point.Script = (context, _) =>
        {
            context.Response.Headers["X-Request-ID"] = "another";
            return StandInPoint.Json(context, Yes);
        };
        await AssertShutAsync(point, "GH4012", "decision-point-fault", "another request");
        point.Script = async (context, _) =>
        {
            context.Response.ContentType = "text/html";
            await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Yes));
        };
        await AssertShutAsync(point, "GH4012", "decision-point-fault", "text/html");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(204)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(500)]
    public async Task Status_ThatIsNoDecision_IsADenial(int status)
    {
        await using var other = await StandInPoint.StartAsync();
        await using var point = await StandInPoint.StartAsync();
        point.Script = (context, _) =>
        {
            context.Response.StatusCode = status;
            if (status < 400) context.Response.Headers.Location = other.Url + "access/v1/evaluations";
            return Task.CompletedTask;
        };
        await AssertShutAsync(point, "GH4010", "decision-point-down", "status");
        Assert.Empty(other.Paths); // no redirect is followed
    }

    [Fact]
    public async Task Down_IsADenial_AndTheDoorOpensWhenItIsBack()
    {
        await using var point = await StandInPoint.StartAsync();
        var free = LoopbackPorts.Next();
        await using (var gateway = await StartAsync(point, p => p with { Url = new Uri($"http://127.0.0.1:{free}") }))
        {
            var (status, body, response) = await gateway.CallAsync(Echo(gateway));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.Equal("GH4010", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
            Assert.Equal("5", response.Headers.RetryAfter!.ToString());
            Assert.Empty(gateway.Upstream.Of("tools/call"));
        }

        var broken = true;
        point.Script = (context, question) =>
        {
            if (!broken) return StandInPoint.Json(context, Yes);
            context.Abort();
            return Task.CompletedTask;
        };
        await using var second = await StartAsync(point);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await second.CallAsync(Echo(second))).Status);
        broken = false; // an outage is never remembered
        Assert.Equal(HttpStatusCode.OK, (await second.CallAsync(Echo(second))).Status);
    }

    [Fact]
    public async Task Slow_IsADenial_AfterTheTimeout_EvenWhenTheAnswerHasBegun()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var point = await StandInPoint.StartAsync();
        var waiting = new SemaphoreSlim(0);
        point.Script = async (context, _) =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("{\"evaluations\":[{\"decision\":true},");
            await context.Response.Body.FlushAsync();
            waiting.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using var gateway = await StartAsync(point, time: time);
        var call = gateway.CallAsync(Echo(gateway));
        Assert.True(await waiting.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        var (status, body, _) = await call.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("GH4011", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        Assert.Contains(gateway.EntriesWithEnded(1), e => e.GetRawText().Contains("decision-point-slow", StringComparison.Ordinal)
            && e.GetRawText().Contains("asked:2000000us", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TurnsAreBounded_AndWaitingForOneCountsAgainstTheTimeout()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var point = await StandInPoint.StartAsync();
        var arrived = new SemaphoreSlim(0);
        point.Script = async (context, _) =>
        {
            arrived.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using var gateway = await StartAsync(point, p => p with { Concurrency = 1 }, time: time);
        var first = gateway.CallAsync(Echo(gateway));
        Assert.True(await arrived.WaitAsync(TimeSpan.FromMinutes(2)));
        var second = gateway.CallAsync(gateway.Modern("tools/list", token: gateway.Token("bob")));
        await Eventually.TrueAsync(() => point.Paths.Count == 1, "the decision point was asked for its metadata");
        Assert.False(second.IsCompleted);
        await Eventually.AdvancedAsync(time, TimeSpan.FromMilliseconds(100), Task.WhenAll(first, second)); // slowly: tokens are of the same clock
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), ((await first).Status, (await second).Status));
    }

    [Theory]
    [InlineData("""{"reason_admin":{"en":"x"},"reason_user":{"en":"y"},"reason":"z"}""", null)]
    [InlineData("""{"obligations":[{"id":"log","value":"payload"}]}""", null)]
    [InlineData("""{"obligations":[]}""", null)]
    [InlineData("""{"obligations":[{"id":"mask","value":"ssn"}]}""", "GH4006")]
    [InlineData("""{"obligations":[{"id":"log","value":"payload","also":true}]}""", "GH4006")]
    [InlineData("""{"obligations":"log"}""", "GH4006")]
    [InlineData("""{"acr_values":"urn:loa:3"}""", "GH4006")]
    [InlineData("""{"advice":{}}""", "GH4006")]
    public async Task ContextOfAPermit_CountsOnlyWhereItIsUnderstood(string context, string? code)
    {
        await using var point = await StandInPoint.StartAsync();
        point.Script = (http, _) =>
            StandInPoint.Json(http, $"{{\"evaluations\":[{{\"decision\":true}},{{\"decision\":true,\"context\":{context}}}]}}");
        await using var gateway = await StartAsync(point);
        var (_, body, _) = await gateway.CallAsync(Echo(gateway));
        Assert.Equal(code, body.TryGetProperty("error", out var error) ? error.GetProperty("data").GetProperty("code").GetString() : null);
        Assert.Equal(code is null ? 1 : 0, gateway.Upstream.Of("tools/call").Count);
        if (!context.Contains("\"payload\"}]", StringComparison.Ordinal)) return;
        Assert.Contains(gateway.EntriesWithEnded(1), e => e.TryGetProperty("sealed", out var sealedRequest) && sealedRequest.GetString()!.Length > 0);
    }

    [Fact]
    public async Task Answers_AreRememberedForTheSameCallerAlone_AndNoLongerThanStated()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var point = await StandInPoint.StartAsync();
        point.Decide = question => question.GetProperty("subject").GetProperty("id").GetString() == "alice";
        await using var gateway =
            await StartAsync(point, p =>
                p with { Cache = new DecisionCacheSettings { Positive = TimeSpan.FromSeconds(10), Negative = TimeSpan.FromSeconds(3) } }, time: time);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(Echo(gateway))).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(Echo(gateway))).Status);
        Assert.Single(point.Asked);
        Assert.Equal(HttpStatusCode.Forbidden,
            (await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", gateway.Token("bob")))).Status);
        Assert.Equal(2, point.Asked.Count); // another caller is another question
        time.Advance(TimeSpan.FromSeconds(3));
        await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", gateway.Token("bob")));
        Assert.Equal(3, point.Asked.Count); // a denial counted for 3 s
        await gateway.CallAsync(Echo(gateway));
        Assert.Equal(3, point.Asked.Count); // the permit still counts
        time.Advance(TimeSpan.FromSeconds(7));
        point.Decide = _ => false;
        Assert.Equal(HttpStatusCode.Forbidden, (await gateway.CallAsync(Echo(gateway))).Status);
        Assert.Equal(4, point.Asked.Count);
    }

    [Fact]
    public async Task Memory_IsBounded_AndTheAnswerUsedLongestAgoGoesFirst()
    {
        await using var point = await StandInPoint.StartAsync();
        // of which one caller has half
        await using var gateway = await StartAsync(point, p => p with { Cache = new DecisionCacheSettings { Entries = 4 } });
        await gateway.CallAsync(Echo(gateway)); // the server and echo
        await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"secret\"", "secret")); // secret in the place of echo
        Assert.Equal(2, point.Asked.Count);
        await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"secret\"", "secret"));
        Assert.Equal(2, point.Asked.Count);
        await gateway.CallAsync(Echo(gateway));
        Assert.Equal("tool echo", Named(point.Asked[2].GetProperty("resource")));
    }

    [Fact]
    public async Task List_ThatCannotBeDecidedAsAWhole_IsRefused_NotCutShort()
    {
        var tools = string.Join(',', Enumerable.Range(0, 25).Select(i => $"{{\"name\":\"t{i}\",\"inputSchema\":{{\"type\":\"object\"}}}}"));
        await using var point = await StandInPoint.StartAsync();
        await using var gateway = await StartAsync(point, p => p with { Cache = new DecisionCacheSettings { Entries = 10 } });
        gateway.Upstream.OnResult("tools/list", $"{{\"resultType\":\"complete\",\"tools\":[{tools}],\"ttlMs\":0,\"cacheScope\":\"private\"}}");
        var (_, body, _) = await gateway.CallAsync(gateway.Modern("tools/list"));
        Assert.Equal("GH4011", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
    }

    [Fact]
    public async Task NothingIsRemembered_WhereNothingIsToBe()
    {
        await using var point = await StandInPoint.StartAsync();
        await using var gateway =
            await StartAsync(point, p => p with { Cache = new DecisionCacheSettings { Positive = TimeSpan.Zero, Negative = TimeSpan.Zero } });
        await gateway.CallAsync(Echo(gateway));
        await gateway.CallAsync(Echo(gateway));
        Assert.Equal(2, point.Asked.Count);
    }

    [Fact]
    public async Task SameQuestionAtOnce_IsAskedOnce()
    {
        await using var point = await StandInPoint.StartAsync();
        var go = new TaskCompletionSource();
        point.Script = async (context, question) =>
        {
            await go.Task;
            await StandInPoint.Json(context, question.TryGetProperty("evaluations", out var list)
                ? $"{{\"evaluations\":[{string.Join(',', list.EnumerateArray().Select(_ => "{\"decision\":true}"))}]}}" : "{\"decision\":true}");
        };
        await using var gateway = await StartAsync(point, p => p with { Timeout = TimeSpan.FromSeconds(30) });
        var token = gateway.Token();
        var calls = Enumerable.Range(0, 20).Select(_ => gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", token))).ToList();
        await Eventually.TrueAsync(() => gateway.Host.Snapshots.Current.Generation == 1 && point.Asked.Count > 0, "the decision point was asked");
        go.SetResult();
        Assert.All(await Task.WhenAll(calls), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        // Usually in one request. Where two calls take one question each, in two.
        Assert.Equal(["ping", "tools/call"], point.Asked.SelectMany(Actions).Order(StringComparer.Ordinal));

        static IEnumerable<string?> Actions(JsonElement asked) => asked.TryGetProperty("evaluations", out var list)
            ? list.EnumerateArray().Select(ActionOf) : [ActionOf(asked)];
        static string? ActionOf(JsonElement question) => question.GetProperty("action").GetProperty("name").GetString();
    }

    [Fact]
    public async Task Reload_ForgetsEveryAnswer()
    {
        ConfigurationResult? next = null;
        await using var point = await StandInPoint.StartAsync();
        await using var gateway = await StartAsync(point, reload: () => next!);
        await gateway.CallAsync(Echo(gateway));
        point.Decide = _ => false;
        next = new ConfigurationResult { Settings = gateway.Host.Snapshots.Current.Settings, Faults = [], SourcePath = "f" };
        Assert.Empty(await gateway.Host.ReloadAsync());
        Assert.Equal(HttpStatusCode.Forbidden, (await gateway.CallAsync(Echo(gateway))).Status);
    }

    [Fact]
    public async Task Reload_ClosesStreamsThatTheDecisionPointNoLongerPermits()
    {
        ConfigurationResult? next = null;
        await using var point = await StandInPoint.StartAsync();
        await using var gateway = await StartAsync(point, reload: () => next!);
        var open = new TaskCompletionSource();
        gateway.Upstream.On("GET", async (context, _) =>
        {
            await RecordingUpstream.Events(context, ": open\n\n");
            open.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var handle = await gateway.InitializeAsync();
        var stream = gateway.CallAsync(gateway.Get(null, ("Mcp-Session-Id", handle)));
        await open.Task.WaitAsync(TimeSpan.FromMinutes(2));
        point.Decide = _ => false;
        next = new ConfigurationResult { Settings = gateway.Host.Snapshots.Current.Settings, Faults = [], SourcePath = "f" };
        Assert.Empty(await gateway.Host.ReloadAsync());
        await stream.WaitAsync(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Credential_GoesWithEachQuestion_AndPinsNameTheOneKey()
    {
        using var certificate = Certificate();
        await using var point = await StandInPoint.StartAsync(certificate);
        point.Credential = "Bearer of-the-gateway";
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, "of-the-gateway");
        var pin = Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        var credential = new CredentialSettings("Authorization", new SecretReference("file", secret), "Bearer ");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(secret, UnixFileMode.UserRead);
        await using (var gateway = await StartAsync(point, p => p with { Credential = credential, Pins = [pin] }))
            Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(Echo(gateway))).Status);
        Assert.Empty(point.Breaches);
        var asked = point.Paths.Count;
        await using (var wrong =
            await StartAsync(point, p => p with { Credential = credential, Pins = [Convert.ToBase64String(SHA256.HashData("another"u8))] }))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await wrong.CallAsync(Echo(wrong))).Status);
        await using (var unpinned = await StartAsync(point, p => p with { Credential = credential }))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await unpinned.CallAsync(Echo(unpinned))).Status);
        Assert.Equal(asked, point.Paths.Count);
        File.Delete(secret);
    }

    [Theory]
    [InlineData("""{"policy_decision_point":"$","access_evaluation_endpoint":"$/ask","access_evaluations_endpoint":"$/access/v1/evaluations"}""",
        HttpStatusCode.OK)]
    [InlineData("""{"policy_decision_point":"$/","access_evaluation_endpoint":"$/access/v1/evaluation","access_evaluations_endpoint":"$/access/v1/evaluations"}""", HttpStatusCode.ServiceUnavailable)]
    [InlineData("""{"policy_decision_point":"https://other.example","access_evaluation_endpoint":"$/access/v1/evaluation"}""",
        HttpStatusCode.ServiceUnavailable)]
    [InlineData("""{"policy_decision_point":"$","access_evaluation_endpoint":"http://127.0.0.1:9/access/v1/evaluation"}""",
        HttpStatusCode.ServiceUnavailable)]
    [InlineData("""{"policy_decision_point":"$","access_evaluations_endpoint":"$/access/v1/evaluations"}""", HttpStatusCode.ServiceUnavailable)]
    [InlineData("""{"policy_decision_point":"$","policy_decision_point":"$","access_evaluation_endpoint":"$/access/v1/evaluation"}""",
        HttpStatusCode.ServiceUnavailable)]
    [InlineData("""{"policy_decision_point":"$","access_evaluation_endpoint":"$/access/v1/evaluation"}""", HttpStatusCode.OK)]
    public async Task Metadata_MustNameTheVeryDecisionPoint(string document, HttpStatusCode expected)
    {
        await using var point = await StandInPoint.StartAsync();
        var origin = point.Url.GetLeftPart(UriPartial.Authority);
        point.Script = (context, question) => StandInPoint.Json(
            context,
            context.Request.Method == "GET" ? document.Replace("$", origin, StringComparison.Ordinal)
                : question.TryGetProperty("evaluations", out _) ? Yes : "{\"decision\":true}");
        await using var gateway = await StartAsync(point, p => p with { Identifier = origin });
        Assert.Equal(expected, (await gateway.CallAsync(Echo(gateway))).Status);
        Assert.Equal("/.well-known/authzen-configuration", point.Paths[0]);
        if (expected != HttpStatusCode.OK) Assert.Single(point.Paths);
    }

    [Fact]
    public async Task CallerWhoLeaves_DoesNotEndTheQuestionOfTheOthers()
    {
        await using var point = await StandInPoint.StartAsync();
        var arrived = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        point.Script = async (context, _) =>
        {
            arrived.TrySetResult();
            await go.Task;
            await StandInPoint.Json(context, Yes);
        };
        await using var gateway = await StartAsync(point, p => p with { Timeout = TimeSpan.FromSeconds(30) });
        using var impatient = new HttpClient();
        using var leaving = new CancellationTokenSource();
        var token = gateway.Token();
        var left = impatient.SendAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", token), leaving.Token);
        await arrived.Task.WaitAsync(TimeSpan.FromMinutes(2));
        var stays = gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", token));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        go.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await stays.WaitAsync(TimeSpan.FromMinutes(2))).Status);
        Assert.Single(point.Asked);
    }

    private const string Yes = """{"evaluations":[{"decision":true},{"decision":true}]}""";

    private static PolicyRule Everybody { get; } = new() { Id = "all", Who = new WhoClause { Subjects = new NameSet(["alice", "bob"]) } };

    private static async Task AssertShutAsync(StandInPoint point, string code, string slug, string name)
    {
        await using var gateway = await StartAsync(point);
        var (status, body, _) = await gateway.CallAsync(Echo(gateway));
        Assert.True(status == HttpStatusCode.ServiceUnavailable, name);
        Assert.Equal(code, body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.Empty(gateway.Upstream.Received);
        Assert.Contains(gateway.EntriesWithEnded(1),
            e => e.GetRawText().Contains(code, StringComparison.Ordinal) && e.GetRawText().Contains(slug, StringComparison.Ordinal));
    }

    private static Task<TestGateway> StartAsync(
        StandInPoint point, Func<DecisionPointSettings, DecisionPointSettings>? change = null, IEnumerable<PolicyRule>? rules = null,
        TimeProvider? time = null,
        Func<ConfigurationResult>? reload = null)
    {
        // Long by default, so that a slow machine is no slow decision point.
        var settings = new DecisionPointSettings { Url = point.Url, Timeout = time is null ? TimeSpan.FromSeconds(20) : TimeSpan.FromSeconds(2) };
        return TestGateway.StartAsync(s => s with { DecisionPoint = change?.Invoke(settings) ?? settings }, time, rules: rules
            ?? [Everybody], reload: reload);
    }

    private static HttpRequestMessage Echo(TestGateway gateway) =>
        gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{\"text\":\"hello-argument\"}", "echo");

    private static async Task<IEnumerable<string?>> ToolsAsync(TestGateway gateway)
    {
        var (_, body, _) = await gateway.CallAsync(gateway.Modern("tools/list"));
        return [.. body.GetProperty("result").GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString())];
    }

    private static string Named(JsonElement resource) => $"{resource.GetProperty("type").GetString()} {resource.GetProperty("id").GetString()}";

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
