using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Audit.Search;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>
/// <c>gatehouse approval</c> as it is delivered: a held call is shown to a person at a terminal and granted there, and exactly one call reaches the
/// server. Over HTTP with tokens of people, and on a person's machine behind <c>gatehouse wrap</c>.
/// </summary>
[Trait("Requirement", "AZ-04")]
public sealed partial class ApprovalCommandTests
{
    [Fact]
    public async Task HeldCallOverHttp_IsGrantedByAnotherPersonAtATerminal_AndOneCallReachesTheServer()
    {
        RequireScript();
        await using var team = await Team.StartAsync();
        var first = team.CallAsync("ada", 10);
        var id = await team.QuestionAsync(first);
        Assert.Contains("tools/call \"echo\" by \"ada\" with \"agent\"", (await team.RunAsync("list")).Output, StringComparison.Ordinal);

        // No proof; the caller; a person whom the policy does not name; the token of the agent for the server; a token file, but nothing was shown.
        var unproven = await team.AtTerminalAsync("yes", $"grant {id}");
        Assert.True(unproven.Code == 1 && unproven.Text.Contains("proof of who does it", StringComparison.Ordinal), unproven.Text);
        Assert.Contains("directions: [approvals]", unproven.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Type yes", unproven.Text, StringComparison.Ordinal);
        await RefusedAsync(team.AtTerminalAsync("yes", $"grant {id} --token-file {team.TokenOf("ada")}"), "your own call");
        await RefusedAsync(team.AtTerminalAsync("yes", $"grant {id} --token-file {team.TokenOf("eve")}"), "eve may not answer questions about echo");
        await RefusedAsync(team.AtTerminalAsync("yes", $"grant {id} --token-file {team.TokenOf("bob", client: "agent")}"), "makes calls");
        await RefusedAsync(team.AtTerminalAsync("yes", $"grant {id} --token-file {team.AgentToken("bob")}"), "the administration token is not valid");
        await RefusedAsync(team.WithoutTerminalAsync($"grant {id} --token-file {team.TokenOf("bob")}"), $"no terminal at which {id} could be shown");
        var typedNo = await team.AtTerminalAsync("no", $"grant {id} --token-file {team.TokenOf("bob")}");
        Assert.True(typedNo.Code == 1 && typedNo.Text.Contains("not confirmed", StringComparison.Ordinal), typedNo.Text);
        Assert.DoesNotContain("give an access token", typedNo.Text, StringComparison.Ordinal);
        Assert.Equal(0, team.Calls);

        var (code, shown) = await team.AtTerminalAsync("yes", $"grant {id} --reason 'ticket 812' --token-file {team.TokenOf("bob")}");
        Assert.True(code == 0, shown);
        Assert.Contains("\"amount\": 10", shown, StringComparison.Ordinal);
        Assert.Contains("\"note\": \"a\\u{202E}b\"", shown, StringComparison.Ordinal);
        Assert.Contains($"{id} is granted: one call with exactly this content", shown, StringComparison.Ordinal);
        Assert.Contains("\"result\"", await first, StringComparison.Ordinal);
        Assert.Equal(1, team.Calls);
        await RefusedAsync(team.AtTerminalAsync("yes", $"grant {id} --token-file {team.TokenOf("bob")}"), $"{id} is granted and used already");

        // Afterwards the commands say who answered, when and why.
        var all = (await team.RunAsync("list --all")).Output;
        Assert.Matches($"{id} +used +1 of 1 .*; granted by \"bob\" at 20.*Z: \"ticket 812\"", all);
        var over = (await team.RunAsync($"show {id} --token-file {team.TokenOf("bob")}")).Output;
        Assert.Matches($"^{id}  granted, and used 20.*; granted by 1 of 1\n  answer      granted by \"bob\" at 20.*: \"ticket 812\"\n", over);

        // The same call once more, and one with another amount, are questions of their own.
        var other = team.CallAsync("ada", 10000);
        var second = await team.QuestionAsync(other);
        Assert.NotEqual(id, second);
        var (denied, _) = await team.AtTerminalAsync("yes", $"deny {second} --token-file {team.TokenOf("bob")}");
        Assert.Equal(0, denied);
        Assert.Contains("GH4201", await other, StringComparison.Ordinal);
        Assert.Equal(1, team.Calls);
    }

    [Fact]
    public async Task WithoutATerminal_AnAnswerNamesTheDigestOfWhatWasShown()
    {
        await using var team = await Team.StartAsync();
        var call = team.CallAsync("ada", 10);
        var id = await team.QuestionAsync(call);
        var token = team.TokenOf("bob");
        using var view = JsonDocument.Parse((await team.RunAsync($"show {id} --json --token-file {token}")).Output);
        var shown = view.RootElement.GetProperty("approval").GetProperty("shown").GetString()!;
        await RefusedAsync(team.WithoutTerminalAsync($"grant {id} --token-file {token} --shown {new string('0', 64)}"), "was not shown to you");
        Assert.Equal(0, team.Calls);

        // Threat: cyn takes the digest that bob was shown. She saw nothing, and the log must not say so.
        var shownBefore = team.Acts("approval.shown");
        var (borrowed, said) = await team.WithoutTerminalAsync($"grant {id} --token-file {team.TokenOf("cyn")} --shown {shown}");
        Assert.True(borrowed == 1 && said.Contains($"the text of {id} with this digest was not shown to you", StringComparison.Ordinal), said);
        Assert.Matches($"gatehouse approval show {id} --config \\S+ --token-file {Regex.Escape(team.TokenOf("cyn"))}'", said);
        await RefusedAsync(team.WithoutTerminalAsync($"grant {id} --token-file {team.TokenOf("cyn")}"), $"no terminal at which {id} could be shown");
        Assert.Equal(shownBefore, team.Acts("approval.shown"));
        Assert.Equal(0, (await team.WithoutTerminalAsync($"grant {id} --token-file {token} --shown {shown}")).Code);
        Assert.Contains("\"result\"", await call, StringComparison.Ordinal);
        Assert.Equal(1, team.Calls);
    }

    // The store has open questions also while no host runs.
    [Fact]
    public async Task ListsOfAHostThatDoesNotRun_StartIt()
    {
        await using var machine = new PersonalMachine("version: 1\npolicyPreset: personal\n");
        foreach (var command in new[] { "approval", "quarantine", "contain" })
        {
            var (code, _, errors) = await machine.RunAsync([command, "list", "--host"]);
            Assert.True(code == 0, $"{command}: {errors}");
            await machine.StopHostAsync();
        }
    }

    [Fact]
    public async Task HeldCallBehindWrap_IsGrantedAtTheTerminal_AndNotByAProgramWithoutOne()
    {
        RequireScript();
        await using var machine = new PersonalMachine(
            """
            version: 1
            approvals: { hold: 5m }
            policy:
              - id: writes
                permit: { anyone: true, servers: [notes], tools: ["write*"] }
                obligations: { approval: { expires: 15m } }
              - id: rest
                permit: { anyone: true, servers: [notes], directions: [lists] }
            """);
        var calls = Path.Join(machine.Home, "calls");
        var wrapped = PersonalMachine.Wrapped("notes", ["/bin/sh", ServerIn(machine.Home, calls)]);
        await machine.ApproveAsync(wrapped);
        await using var client = machine.Start(wrapped);
        await client.InitializeAsync();
        await using var watch = machine.Stay("approval", "list", "--watch", "--json", "--host");
        await client.SayAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"write","arguments":{"text":"hello"}}}""");
        var id = await QuestionAsync(async () => (await machine.RunAsync(["approval", "list", "--host"])).Output);
        var show = await machine.RunAsync(["approval", "show", id, "--host"]);
        Assert.Contains("\"text\": \"hello\"", show.Output, StringComparison.Ordinal);
        await watch.WroteAsync("\"change\":\"open\"");

        // Words on a pipe are no terminal, and neither is a terminal that the program has not.
        var (code, _, errors) = await machine.RunAsync(["approval", "grant", id, "--host"], "yes\n", newSession: true);
        Assert.Equal(1, code);
        Assert.Contains("this act needs a person at a terminal", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(calls));

        var (granted, output) = await machine.AtTerminalAsync("yes", $"approval grant {id} --host");
        Assert.True(granted == 0, output);
        Assert.Contains("\"text\": \"hello\"", output, StringComparison.Ordinal);
        Assert.True((await client.AnswerAsync(2)).TryGetProperty("result", out _));
        Assert.Single(await File.ReadAllLinesAsync(calls));
        Assert.Equal(0, await client.EndAsync());
        await watch.WroteAsync("\"change\":\"spent\"");
        await machine.StopHostAsync();
        Assert.Equal(3, await watch.EndedAsync());
        Assert.Null(await machine.HostAsync()); // the command started no other one
        Assert.Equal((1, 1, 1), (machine.Count("approval.asked"), machine.Count("approval.answered"), machine.Count("approval.spent")));
    }

    // On a person's machine the person at the terminal lets the answer hold, and ends it without a proof.
    [Fact]
    public async Task AnswerBehindWrap_HoldsForEqualCalls_UntilItIsForgotten()
    {
        RequireScript();
        await using var machine = new PersonalMachine(
            """
            version: 1
            approvals: { hold: 5m }
            policy:
              - id: writes
                permit: { anyone: true, servers: [notes], tools: ["write*"] }
                obligations: { approval: { remember: arguments } }
              - id: rest
                permit: { anyone: true, servers: [notes], directions: [lists] }
            """);
        var calls = Path.Join(machine.Home, "calls");
        var wrapped = PersonalMachine.Wrapped("notes", ["/bin/sh", ServerIn(machine.Home, calls)]);
        await machine.ApproveAsync(wrapped);
        await using var client = machine.Start(wrapped);
        await client.InitializeAsync();
        await client.SayAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"write","arguments":{"text":"hello"}}}""");
        var id = await QuestionAsync(async () => (await machine.RunAsync(["approval", "list", "--host"])).Output);
        var (granted, output) = await machine.AtTerminalAsync("yes", $"approval grant {id} --host --remember arguments --for 1h");
        Assert.True(granted == 0, output);
        Assert.True((await client.AnswerAsync(2)).TryGetProperty("result", out _));
        var again = await client.CallAsync(3, "tools/call", """{"name":"write","arguments":{"text":"hello"}}""");
        Assert.True(again.TryGetProperty("result", out _));
        Assert.Equal(2, (await File.ReadAllLinesAsync(calls)).Length);
        var remembered = Regex.Match((await machine.RunAsync(["approval", "list", "--host"])).Output, "rem-[a-z0-9]{10}").Value;
        var (forgotten, _, errors) = await machine.RunAsync(["approval", "forget", remembered, "--host"]);
        Assert.True(forgotten == 0, errors);
        Assert.DoesNotContain("rem-", (await machine.RunAsync(["approval", "list", "--host"])).Output, StringComparison.Ordinal);
        Assert.Equal(0, await client.EndAsync());
        Assert.Equal((1, 1, 1), (machine.Count("approval.remembered"), machine.Count("approval.reused"), machine.Count("approval.forgotten")));
    }

    // A withheld definition is a question of the same list, and the same command approves it.
    [Fact]
    [Trait("Requirement", "TP-03")]
    public async Task WithheldDefinition_IsInTheSameList_AndApprovedByTheSameCommand()
    {
        RequireScript();
        await using var machine = new PersonalMachine(
            "version: 1\npolicyPreset: personal\nlock: { firstUse: refuse }\n");
        var wrapped = PersonalMachine.Wrapped("notes", ["/bin/sh", ServerIn(machine.Home, Path.Join(machine.Home, "calls"))]);
        await machine.ApproveAsync(wrapped);
        await using var client = machine.Start(wrapped);
        await client.InitializeAsync();
        Assert.Empty((await client.CallAsync(2, "tools/list", "{}")).GetProperty("result").GetProperty("tools").EnumerateArray());
        var list = (await machine.RunAsync(["approval", "list", "--host"])).Output;
        var line = list.Split('\n').Single(static one => one.Contains("tool/write", StringComparison.Ordinal));
        var id = line[..14];
        Assert.StartsWith("def-", id, StringComparison.Ordinal);
        Assert.Contains("writes a note", (await machine.RunAsync(["approval", "show", id, "--host"])).Output, StringComparison.Ordinal);
        Assert.Contains("nothing to deny", (await machine.RunAsync(["approval", "deny", id, "--host"])).Errors, StringComparison.Ordinal);
        var (code, output) = await machine.AtTerminalAsync("yes", $"approval grant {id} --host --reason reviewed");
        Assert.True(code == 0, output);
        Assert.DoesNotContain("tool/write", (await machine.RunAsync(["approval", "list", "--host"])).Output, StringComparison.Ordinal);
        Assert.Equal(0, await client.EndAsync());
    }

    [Fact]
    [Trait("Requirement", "TP-03")]
    public async Task WithheldDefinition_IsApprovedByLockApproveOfTheHost_AtTheTerminalOnly()
    {
        RequireScript();
        await using var machine = new PersonalMachine(
            "version: 1\npolicyPreset: personal\nlock: { firstUse: refuse }\n");
        var wrapped = PersonalMachine.Wrapped("notes", ["/bin/sh", ServerIn(machine.Home, Path.Join(machine.Home, "calls"))]);
        await machine.ApproveAsync(wrapped);
        await using var client = machine.Start(wrapped);
        await client.InitializeAsync();
        Assert.Empty((await client.CallAsync(2, "tools/list", "{}")).GetProperty("result").GetProperty("tools").EnumerateArray());
        Assert.NotEqual(0, (await machine.RunAsync(["lock", "approve", "--host", "notes/tool/write", "--reason", "reviewed"], newSession: true)).Code);
        Assert.Contains("tool/write", (await machine.RunAsync(["lock", "approve", "--host"])).Output, StringComparison.Ordinal);
        var (code, output) = await machine.AtTerminalAsync("yes", "lock approve --host notes/tool/write --reason reviewed");
        Assert.True(code == 0, output);
        Assert.DoesNotContain("tool/write", (await machine.RunAsync(["lock", "approve", "--host"])).Output, StringComparison.Ordinal);
        Assert.Equal(0, await client.EndAsync());
    }

    private static async Task RefusedAsync(Task<(int Code, string Text)> run, string why)
    {
        var (code, text) = await run;
        Assert.Equal(1, code);
        Assert.Contains(why, text, StringComparison.Ordinal);
    }

    private static async Task<string> QuestionAsync(Func<Task<string>> list)
    {
        var id = "";
        await Eventually.TrueAsync(async () => (id = IdForm().Match(await list()).Value).Length > 0, "a question waits for a person");
        return id;
    }

    private static void RequireScript() =>
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script of util-linux, which makes a terminal, is not there");

    // A server with one tool, which notes each call.
    private static string ServerIn(string folder, string calls)
    {
        var path = Path.Join(folder, "server.sh");
        File.WriteAllText(path,
            """
            while IFS= read -r line; do
              id=$(printf '%s' "$line" | sed -n 's/.*"id":\([^,}]*\).*/\1/p')
              case "$line" in
                *'"initialize"'*) r='{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"notes","version":"1"}}' ;;
                *'"tools/list"'*) r='{"tools":[{"name":"write","description":"writes a note","inputSchema":{"type":"object"}}]}' ;;
                *'"tools/call"'*) printf '%s\n' "$line" >>CALLS; r='{"content":[{"type":"text","text":"written"}]}' ;;
                *) r='' ;;
              esac
              [ -z "$id" ] && continue
              if [ -n "$r" ]; then printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$r"
              else printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no"}}\n' "$id"; fi
            done
            """.Replace("CALLS", calls, StringComparison.Ordinal));
        return path;
    }

    [GeneratedRegex("apr-[a-z0-9]{10}")]
    private static partial Regex IdForm();

    /// <summary>A gateway of a team: people with tokens of one provider, and a policy that names those who approve.</summary>
    private sealed class Team : TeamGateway
    {
        private Team(OutsideIssuer issuer, RecordingUpstream upstream)
            : base(issuer, upstream)
        {
        }

        public static async Task<Team> StartAsync()
        {
            var upstream = await RecordingUpstream.StartAsync();
            upstream.OnResult("tools/call", """{"resultType":"complete","content":[{"type":"text","text":"paid"}]}""");
            var team = new Team(await OutsideIssuer.StartAsync(), upstream);
            await team.ServeAsync("billing",
                """
                administration: { who: { subjects: [root] } }
                approvals: { hold: 5m }
                policy:
                  - id: pay
                    permit: { subjects: [ada], servers: [billing], tools: [echo] }
                    obligations: { approval: { strength: approval } }
                  - id: pay-approvers
                    permit: { subjects: [ada, bob, cyn], servers: [billing], tools: [echo], directions: [approvals] }
                """);
            return team;
        }

        /// <summary>Calls the tool as the agent of a person. Returns the text of the answer.</summary>
        public async Task<string> CallAsync(string person, int amount) =>
            (await CallAsync(person, amount, $"{{\"amount\":{amount},\"note\":\"a\\u202eb\"}}")).Text;

        /// <summary>Waits for the only open question, which a call asks, and returns its id.</summary>
        public Task<string> QuestionAsync(Task<string> call) => ApprovalCommandTests.QuestionAsync(async () =>
        {
            if (call.IsCompleted) Assert.Fail("the call was not held: " + await call);
            return (await RunAsync("list")).Output;
        });

        /// <summary>Number of entries with an act.</summary>
        public int Acts(string act) => OpenedLog.Read(Path.Join(Folder, "state", "audit"), TimeProvider.System)
            .Count(entry => entry.TryGetProperty("act", out var one) && one.GetString() == act);

        /// <summary>Runs the command in the session of the tests.</summary>
        public Task<(int Code, string Output, string Errors)> RunAsync(string arguments) => InSessionAsync($"approval {arguments}");

        /// <summary>Runs the command with a terminal of its own, at which this word is typed.</summary>
        public Task<(int Code, string Text)> AtTerminalAsync(string answer, string arguments) => InTerminalAsync(answer, $"approval {arguments}");

        /// <summary>Runs the command in a session without a terminal.</summary>
        public async Task<(int Code, string Text)> WithoutTerminalAsync(string arguments)
        {
            var (code, output, errors) = await InOwnSessionAsync($"approval {arguments}");
            return (code, output + errors);
        }
    }
}
