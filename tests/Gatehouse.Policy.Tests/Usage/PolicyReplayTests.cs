using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Tests.Oracle;

namespace Gatehouse.Policy.Tests.Usage;

/// <summary>Replayed verdicts against those of the full requests: what is told must be so, and the rest is called undecidable.</summary>
[Trait("Requirement", "AZ-02")]
public sealed class PolicyReplayTests
{
    [Fact]
    public void EveryToldVerdict_IsThatOfTheFullRequest()
    {
        int told = 0, open = 0;
        for (var seed = 0; seed < 600; seed++)
        {
            var generator = new Generator(seed);
            var inForce = generator.Policy();
            var old = Policies.Point(string.Concat(inForce.Select(rule => rule.ToYaml())));
            var next = Policies.Point(
                string.Concat((seed % 2 == 0 ? inForce.Skip(1) : new Generator(seed + 5000).Policy()).Select(rule => rule.ToYaml())));
            foreach (var (caller, question) in Recordings.Traffic(generator, 20))
            {
                var replay = PolicyReplay.Of(next, old.Rules, [Recordings.Of(old, caller, question, 0)]);
                var permitted = next.Decide(caller.ToSubject(), question.ToRequest()).IsPermitted;
                if (replay.Undecidable == 1)
                {
                    open++;
                    continue;
                }

                told++;
                var wasPermitted = old.Decide(caller.ToSubject(), question.ToRequest()).IsPermitted;
                Assert.True((replay.Same == 1) == (permitted == wasPermitted), $"seed {seed}: {question} by {caller}");
                Assert.True(replay.Changes.Count == 0 || replay.Changes[0].NowPermitted == permitted, $"seed {seed}");
            }
        }

        Assert.True(told > open && open > 200, $"{told} told, {open} undecidable");
    }

    // The same rules give the same verdict, whatever the log leaves out of the request.
    [Fact]
    public void UnchangedPolicy_LeavesNothingUndecidable()
    {
        for (var seed = 0; seed < 600; seed++)
        {
            var generator = new Generator(seed);
            var old = Policies.Point(string.Concat(generator.Policy().Select(rule => rule.ToYaml())));
            foreach (var (caller, question) in Recordings.Traffic(generator, 20))
            {
                var replay = PolicyReplay.Of(old, old.Rules, [Recordings.Of(old, caller, question, 0)]);
                Assert.True((replay.Same, replay.Unknown.Count) == (1, 0), $"seed {seed}: {question} by {caller}");
            }
        }
    }

    // No rule can be asked about a name that the log cut, and the tool of a task is not in the log. The same rules still give the same verdict.
    [Fact]
    public void RequestThatTheLogDoesNotHoldWhole_IsDecidedByTheSameRulesForItsServer_AndByNoOthers()
    {
        const string rule = "- { id: a, permit: { anyone: true, servers: [notes], resources: [\"notes://b*\"] } }\n";
        var old = Policies.Point(rule);
        var whole = Recordings.Of(old, new Caller("alice", null, [], [], [], false, []),
            new Question("notes", PolicyTarget.Resource, "notes://b", PolicyDirection.Calls, null, 1), 0);
        var cut = whole with { IsCutShort = true, Request = whole.Request with { Name = "notes://b?" } };
        var task = whole with { Request = new PolicyRequest("notes", "tasks/get") { At = whole.At } };
        var elsewhere = Policies.Point(rule + "- { id: b, permit: { anyone: true, servers: [files] } }\n");
        Assert.Equal(2, PolicyReplay.Of(elsewhere, old.Rules, [cut, task]).Same);
        var changed = PolicyReplay.Of(Policies.Point(rule + "- { id: b, forbid: { tools: [x] } }\n"), old.Rules, [cut, task]);
        Assert.Equal((0, 2), (changed.Same, changed.Undecidable));
        Assert.Equal([new("the query or fragment of the URI", 1), new("the tool of the task", 1)], changed.Unknown);
    }

    // A forbid that was not in force then may have been added by the change of the configuration.
    [Fact]
    public void RequestBeforeTheChangeOfThePolicy_IsUndecidable_WithTheFactThatTheLogDoesNotHave()
    {
        var both = Policies.Point("- { id: a, permit: { roles: [staff] } }\n- { id: b, forbid: { tools: [pay] }, when: [ { argument: amount, above: 100 } ] }\n");
        var request = Recordings.Of(both, new Caller("alice", null, ["staff"], [], [], false, []),
            new Question("notes", PolicyTarget.Tool, "pay", PolicyDirection.Calls, JsonNode.Parse("{\"amount\":20}"), 1), 0);
        Assert.Equal(1, PolicyReplay.Of(both, both.Rules, [request], request.At).Same);
        var replay = PolicyReplay.Of(both, both.Rules, [request], request.At.AddSeconds(1));
        Assert.Equal([new("argument amount", 1)], replay.Unknown);
        Assert.Equal(["argument amount"], Assert.Single(replay.Open).Unknown);
        // A rule that is as before gives what it gave, also where another one is new.
        var more = Policies.Point("- { id: b2, forbid: { tools: [pay] }, when: [ { argument: amount, above: 100 } ] }\n- { id: a, permit: { roles: [staff] } }\n"
            + "- { id: c, forbid: { tools: [drop] } }\n");
        Assert.Equal(1, PolicyReplay.Of(more, both.Rules, [request]).Same);
    }

    // The gateway refuses a caller without any right at the server before it asks about the target, so that forbids of the target were never asked.
    [Fact]
    public void RefusalBecauseNoRulePermits_SaysNothingOfForbids()
    {
        const string forbid = "- { id: b, forbid: { tools: [pay] } }\n";
        var old = Policies.Point("- { id: a, permit: { roles: [staff], tools: [read] } }\n" + forbid);
        var question = new Question("notes", PolicyTarget.Tool, "pay", PolicyDirection.Calls, null, 1);
        var request = Recordings.Of(old, new Caller("alice", null, [], [], [], false, []), question, 0) with { Reason = "no-rule-permits", RuleId = null };
        var next = Policies.Point("- { id: c, permit: { anyone: true } }\n" + forbid);
        Assert.Equal(1, PolicyReplay.Of(next, old.Rules, [request]).Same);
    }

    [Fact]
    public void NamesThatWereNotAskedFor_AreUndecidable()
    {
        var old = Policies.Point("- { id: a, permit: { roles: [staff] } }\n");
        var next = Policies.Point("- { id: a, permit: { roles: [boss] } }\n");
        var request = Recordings.Of(old, new Caller("alice", null, ["staff", "boss"], [], [], false, []),
            new Question("notes", PolicyTarget.Tool, "write", PolicyDirection.Calls, null, 1), 0);
        Assert.Equal(["staff"], request.Caller.Roles);
        Assert.Equal(1, PolicyReplay.Of(next, old.Rules, [request]).Undecidable);
        Assert.Equal(1, PolicyReplay.Of(old, old.Rules, [request]).Same);
        var both = Policies.Point("- { id: a, permit: { roles: [staff] } }\n- { id: b, forbid: { roles: [boss] } }\n");
        var asked = Recordings.Of(both, new Caller("bob", null, ["staff"], [], [], false, []),
            new Question("notes", PolicyTarget.Tool, "write", PolicyDirection.Calls, null, 1), 0);
        Assert.True(PolicyReplay.Of(next, both.Rules, [asked]).PermitsLess);
    }

    // A line of a log that was changed by hand is no request, and does not end the command that reads the others.
    [Theory]
    [InlineData("\"2026-11-20T08:00:00Z\"", "1")]
    [InlineData("\"us\":7", "\"us\":\"7\"")]
    [InlineData("[{", "[7,{")]
    public void AnEventWithAnotherTypeOfAMember_IsRead(string before, string after)
    {
        const string entry = """
            {"v":1,"kind":"ended","id":"e","at":"2026-11-20T08:00:00Z","us":7,"server":"s","sub":"a","method":"ping","parts":[{"kind":"decision","outcome":"deny"}]}
            """;
        var request = RecordedRequest.Of(JsonDocument.Parse(entry.Replace(before, after, StringComparison.Ordinal)).RootElement);
        Assert.Equal(after == "1", request is null);
    }

    [Fact]
    public void Events_AreReadAsRequests()
    {
        static RecordedRequest? Read(string json) => RecordedRequest.Of(JsonDocument.Parse(json).RootElement);
        const string head = "{\"v\":1,\"kind\":\"begun\",\"id\":\"e\",\"at\":\"2026-11-20T08:00:00Z\",\"server\":\"s\",\"iss\":\"i\",\"sub\":\"a\"";
        const string permit =
            ",\"parts\":[{\"kind\":\"authentication\",\"outcome\":\"pass\"},{\"kind\":\"decision\",\"outcome\":\"permit\",\"reason\":\"permitted\",\"detail\":\"r\"}]}";
        var call = Read(head + ",\"method\":\"tools/call\",\"name\":\"t\",\"client\":\"c\",\"roles\":[\"x\"],\"asked\":\"d\"" + permit)!;
        Assert.Equal((PolicyTarget.Tool, "t", "c", true, "r", "d"),
            (call.Request.Target, call.Request.Name, call.Caller.Client, call.Permitted, call.RuleId, call.Vocabulary));
        Assert.Equal(["x"], call.Caller.Roles);
        Assert.Equal(PolicyTarget.Prompt, Read(head + ",\"method\":\"prompts/get\",\"name\":\"t\"" + permit)!.Request.Target);
        Assert.Equal(PolicyTarget.Resource, Read(head + ",\"method\":\"resources/read\",\"uri\":\"n://1\"" + permit)!.Request.Target);
        Assert.False(Read(head + ",\"method\":\"vendor/do\"" + permit)!.Request.KnownMethod);
        Assert.False(Read(head + ",\"method\":\"ping\",\"parts\":[{\"kind\":\"decision\",\"outcome\":\"deny\"}]}")!.Permitted);
        Assert.Null(Read("{\"kind\":\"control\",\"id\":\"e\"}"));
        // A name or a caller that is cut could be another one.
        Assert.False(call.IsCutShort);
        Assert.True(Read(head + ",\"method\":\"tools/call\",\"name\":\"t…sha256:00\"" + permit)!.IsCutShort);
        Assert.True(Read(head + ",\"method\":\"tools/call\",\"name\":\"(token removed)\"" + permit)!.IsCutShort);
        Assert.True(Read(head + ",\"method\":\"tools/call\"" + permit)!.IsCutShort);
        Assert.True(Read(head + ",\"method\":\"ping\",\"roles\":[\"r…sha256:00\"]" + permit)!.IsCutShort);
        Assert.True(Read(head + ",\"method\":\"ping\",\"cut\":true" + permit)!.IsCutShort);
        Assert.True(Read(head + ",\"method\":\"resources/read\",\"uri\":\"n://1?\"" + permit)!.IsCutShort);
        // A member that the method does not have names no target.
        Assert.Equal(PolicyTarget.None, Read(head + ",\"method\":\"tools/list\",\"name\":\"t\"" + permit)!.Request.Target);
        Assert.Equal(PolicyTarget.Resource, Read(head + ",\"method\":\"resources/read\",\"name\":\"t\",\"uri\":\"n://1\"" + permit)!.Request.Target);
        // An ended entry is written when the exchange ends.
        var late = Read(head.Replace("begun", "ended", StringComparison.Ordinal) + ",\"method\":\"tools/list\",\"us\":3600000000" + permit)!;
        Assert.Equal(late.At.AddHours(-1), late.Request.At);
        Assert.Null(Read(head + ",\"method\":\"ping\",\"parts\":[{\"kind\":\"authentication\",\"outcome\":\"deny\"}]}"));
    }
}
