using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.EndToEnd.Tests.Harness;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse policy</c> as a person and a pipeline meet it.</summary>
[Trait("Requirement", "AZ-02")]
public sealed class PolicyCommandTests
{
    [Theory]
    [InlineData("check --preset team", 0, "5 rules, no faults, no warnings")]
    [InlineData("check --policy {bad}", 1, "line 3")]
    [InlineData("check --policy {folder}/none.yaml", 1, "does not exist")]
    [InlineData("check --preset nothing", 1, "personal, team")]
    [InlineData("check --presets team", 2, "presets")]
    [InlineData("preset", 0, "team")]
    [InlineData("preset team", 0, "mcp-reader")]
    [InlineData("preset nothing", 2, "the preset nothing does not exist")]
    [InlineData("schema", 0, "equalsClaim")]
    [InlineData("schema --cases", 0, "isAskedFor")]
    [InlineData("test --policy {team}", 0, "14 cases, all as expected; every rule is used")]
    [InlineData("test --policy {less}", 1, "FAIL")]
    [InlineData("test --preset personal", 2, "there is no case")]
    [InlineData("explain --preset team --as walt --role mcp-writer --server t --tool add", 0, "permit, by team-write")]
    [InlineData("explain --preset team --as walt --role mcp-writer --server t --tool delete_x", 1, "forbid, by team-destroy")]
    [InlineData("explain --preset team --as rita --role mcp-reader --server t --tool add", 1, "[no] a role is one of mcp-writer, mcp-admin")]
    [InlineData("explain --policy {asks} --server t --tool pay", 0, "permit, by pay; with approval by 2 people (pay)")]
    [InlineData("explain --policy {asks} --server t --tool drop", 0, "permit, by drop; with confirmation by the person at the client (drop)")]
    [InlineData("explain --policy {asks} --server t --tool move", 0, "confirmation by the person at the client, or approval by 1 person where the client cannot ask")]
    [InlineData("explain --preset team --server t", 2, "give exactly one of")]
    [InlineData("explain --preset team --event 1", 3, "--log")]
    [InlineData("who-can --preset team --server t --tool delete_x", 0, "but not anyone (team-destroy)")]
    [InlineData("who-can --preset team --server t --names {names}", 0, "yes      t tool get_x")]
    [InlineData("who-can --preset team --tool x", 2, "--server")]
    [InlineData("diff preset:team {team}", 0, "no differences")]
    [InlineData("diff preset:team {less} --server t", 1, "newly permitted")]
    [InlineData("diff {less} preset:team --server t", 0, "no longer permitted")]
    [InlineData("diff preset:team {gateway}", 1, "newly permitted")]
    [InlineData("diff {gateway} {gateway}", 0, "no differences")]
    [InlineData("diff {gateway} {unready}", 2, "publicUrl")]
    [InlineData("diff {gateway} {payroll}", 1, "newly permitted")]
    [InlineData("diff {gateway} {more}", 1, "payroll")]
    [InlineData("check --config {gateway} --dev", 0, "no faults")]
    [InlineData("test --config {gateway} --dev {team-cases}", 1, "FAIL")]
    [InlineData("test --config {gateway} --dev", 1, "FAIL")]
    [InlineData("explain --config {asking} --dev --as walt --role mcp-writer --server t --tool add", 1, "deny: insufficient_scope. servers.t.scopes asks for notes:read")]
    [InlineData("explain --config {asking} --dev --as walt --role mcp-writer --server t --tool add --json", 1, "\"missingScopes\": [")]
    [InlineData("explain --config {asking} --dev --as walt --role mcp-writer --server t --tool add --scope notes:read", 0, "permit, by team-write")]
    [InlineData("replay --policy {team} --log {folder}/none", 3, "there is no audit log")]
    [InlineData("usage --policy {team} --log {folder}/none", 3, "there is no audit log")]
    public async Task EveryVerb_EndsAsDocumented(string arguments, int expected, string says)
    {
        var folder = await FolderAsync();
        const string Asks = """
            version: 1
            rules:
              - { id: pay, permit: { anyone: true, tools: [pay] }, obligations: { approval: { approvers: 2 } } }
              - { id: drop, permit: { anyone: true, tools: [drop] }, obligations: { approval: { strength: confirm } } }
              - { id: move, permit: { anyone: true, tools: [move] }, obligations: { approval: { strength: confirm, otherwise: approval } } }
            """;
        await File.WriteAllTextAsync(Path.Join(folder, "asks.yaml"), Asks);
        foreach (var name in new[] { "team", "less", "bad", "gateway", "unready", "payroll", "more", "asks", "asking" })
            arguments = arguments.Replace($"{{{name}}}", Path.Join(folder, name + ".yaml"), StringComparison.Ordinal);
        arguments = arguments.Replace("{team-cases}", Path.Join(folder, "team.tests.yaml"), StringComparison.Ordinal)
            .Replace("{names}", Path.Join(folder, "names.txt"), StringComparison.Ordinal)
            .Replace("{folder}", folder, StringComparison.Ordinal);
        var (code, output, errors) = await RunAsync(arguments.Split(' '));
        Directory.Delete(folder, recursive: true);
        Assert.True(expected == code, $"{code}: {output}{errors}");
        Assert.Contains(says, output + errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output + errors);
    }

    // "No differences" about a server that does not exist would look like agreement. A forbid for every server makes no name known.
    [Theory]
    [InlineData("diff {named} {scoped} --server tikets", "known servers: tickets")]
    [InlineData("diff {gateway} {more} --server tikets", "known servers: payroll, t")]
    [InlineData("diff preset:team {gateway} --server tikets", "known servers: t")]
    [InlineData("who-can --policy {scoped} --server tikets --tool get", "known servers: tickets")]
    [InlineData("who-can --config {gateway} --server t --server tikets --tool get", "known servers: t")]
    [InlineData("explain --policy {named} --server tikets --tool get", "known servers: tickets")]
    [InlineData("explain --config {gateway} --server tikets --tool get --json", "known servers: t")]
    public async Task ServerThatIsNotKnown_IsReportedWithTheKnownOnes(string arguments, string known)
    {
        var folder = await FolderAsync();
        const string Named = "version: 1\nrules:\n  - { id: staff, permit: { groups: [staff], servers: [tickets], tools: [get] } }\n";
        await File.WriteAllTextAsync(Path.Join(folder, "named.yaml"), Named);
        await File.WriteAllTextAsync(Path.Join(folder, "scoped.yaml"), Named + "  - { id: never, forbid: { tools: [drop] } }\n");
        foreach (var name in new[] { "named", "scoped", "gateway", "more" })
            arguments = arguments.Replace($"{{{name}}}", Path.Join(folder, name + ".yaml"), StringComparison.Ordinal);
        if (arguments.Contains("--config", StringComparison.Ordinal)) arguments += " --dev";
        var (code, output, errors) = await RunAsync(arguments.Split(' '));
        Directory.Delete(folder, recursive: true);
        Assert.Equal((2, "", $"gatehouse: the server 'tikets' is in no configuration and no rule; {known}\n"), (code, output, errors));
    }

    [Theory]
    [InlineData("check --preset team --json", "check")]
    [InlineData("explain --preset team --server t --tool x --json", "explanation")]
    [InlineData("who-can --preset team --server t --tool x --json", "ways")]
    [InlineData("diff preset:team preset:personal --json", "differences")]
    public async Task Json_HasItsVersionAndKind(string arguments, string kind)
    {
        using var json = JsonDocument.Parse((await RunAsync(arguments.Split(' '))).Output);
        Assert.Equal((1, kind), (json.RootElement.GetProperty("version").GetInt32(), json.RootElement.GetProperty("kind").GetString()));
        Assert.True(json.RootElement.TryGetProperty(kind, out _));
    }

    // The two files and the output are those of docs/operators/policy.md.
    [Fact]
    public async Task Diff_HasOneLineForOneChange_AndOnlyWhatSomeRuleAsksFor()
    {
        var folder = await FolderAsync();
        var old = "version: 1\nrules:\n  - id: staff\n    permit: { groups: [staff], servers: [tickets], tools: [\"get_*\"] }\n";
        await File.WriteAllTextAsync(Path.Join(folder, "before.yaml"), old);
        await File.WriteAllTextAsync(Path.Join(folder, "after.yaml"), old.Replace("\"get_*\"", "\"get_*\", \"search_*\"", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Join(folder, "wide.yaml"), old.Replace(", tools: [\"get_*\"]", "", StringComparison.Ordinal));
        async Task<string> DiffAsync(string next) =>
            (await RunAsync("diff", Path.Join(folder, "before.yaml"), Path.Join(folder, next))).Output.Replace(folder + "/", "", StringComparison.Ordinal);
        Assert.Equal("newly permitted:\n  by staff (after.yaml:3)\n    calls and lists: tool search_ of tickets, as someone, group staff\n",
            await DiffAsync("after.yaml"));
        Assert.Equal("newly permitted:\n  by staff (wide.yaml:3)\n    calls and lists: tool x, prompt x and resource x of tickets, as someone, group staff\n"
            + "    calls: completion of prompt x of tickets, as someone, group staff\n", await DiffAsync("wide.yaml"));
        Directory.Delete(folder, recursive: true);
    }

    // The threat: a policy is made smaller by a log that is taken for complete, and the requests of erased people are not in it.
    [Fact]
    [Trait("Requirement", "AZ-03")]
    public async Task RecordedRequestsWithoutTheirCaller_AreCounted_AndTheResultIsNotComplete()
    {
        var folder = await FolderAsync();
        var policy = Path.Join(folder, "p.yaml");
        await File.WriteAllTextAsync(policy, "version: 1\nrules:\n  - { id: a, permit: { subjects: [alice] } }\n");
        var now = DateTimeOffset.UtcNow.AddMinutes(-5).ToString("O", CultureInfo.InvariantCulture);
        string Entry(string id, string kind, string caller) =>
            $$"""{"v":3,"seq":1,"kind":"{{kind}}","id":"{{id}}","at":"{{now}}","gen":1,"server":"s","method":"tools/call","name":"n",{{caller}}"parts":[{"kind":"decision","outcome":"permit","reason":"r","detail":"a"}]}""";
        WrittenLog.Write(folder,
            [Entry("x1", "begun", "\"iss\":\"i\",\"sub\":\"alice\","), Entry("x2", "begun", ""), Entry("x2", "ended", ""), Entry("x3", "ended", "")]);
        foreach (var verb in new[] { "usage", "replay" })
        {
            var (_, output, errors) = await RunAsync(verb, "--policy", policy, "--log", folder, "--json");
            using var json = JsonDocument.Parse(output);
            var result = json.RootElement.GetProperty(verb);
            Assert.Equal((1, 2), (result.GetProperty("requests").GetInt32(), result.GetProperty("withoutCaller").GetInt32()));
            Assert.Equal(verb == "replay", !result.TryGetProperty("complete", out var complete) || complete.GetBoolean());
            Assert.Contains("2 recorded requests not evaluated: the log does not say who made them", errors, StringComparison.Ordinal);
        }

        var (code, _, fault) = await RunAsync("explain", "--policy", policy, "--log", folder, "--event", "x3");
        Assert.True(code == 1 && fault.Contains("2 recorded requests not evaluated", StringComparison.Ordinal), fault);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    [Trait("Requirement", "AZ-03")]
    public async Task RecordedTraffic_IsReplayedExplainedAndProposed()
    {
        var folder = await FolderAsync();
        var old = Path.Join(folder, "old.yaml");
        var smaller = Path.Join(folder, "smaller.yaml");
        await File.WriteAllTextAsync(old,
            "version: 1\nrules:\n  - { id: a, permit: { roles: [staff, boss], tools: [read, \"w*\"] } }\n  - { id: b, permit: { roles: [boss] } }\n");
        var asked = Convert.ToHexStringLower(SHA256.HashData("role:boss\nrole:staff"u8))[..12];
        var now = DateTimeOffset.UtcNow.AddMinutes(-5).ToString("O", CultureInfo.InvariantCulture);
        string Entry(string id, string kind, string name, string outcome) =>
            $$"""{"v":3,"seq":1,"kind":"{{kind}}","id":"{{id}}","at":"{{now}}","gen":1,"server":"s","method":"tools/call","name":"{{name}}","iss":"i","sub":"alice","roles":["staff"],"asked":"{{asked}}","parts":[{"kind":"decision","outcome":"{{outcome}}","reason":"r","detail":"a"}]}""";
        WrittenLog.Write(folder,
            [Entry("x1", "begun", "read", "permit"), Entry("x1", "ended", "read", "permit"), Entry("x2", "begun", "write", "permit"),
                Entry("x3", "ended", "drop\\u001b[2J", "deny")]);

        var (_, explained, _) = await RunAsync("explain", "--policy", old, "--log", folder, "--event", "x2");
        Assert.Contains("by this policy: permit", explained, StringComparison.Ordinal);
        var (_, used, _) = await RunAsync("usage", "--policy", old, "--log", folder);
        Assert.Contains("a: 2 uses", used, StringComparison.Ordinal);
        Assert.Contains("never used: roles: boss", used, StringComparison.Ordinal);
        Assert.Contains("b: never used", used, StringComparison.Ordinal);
        Assert.Contains("alice (i) tools/call write of s, by a", used, StringComparison.Ordinal);
        var (_, proposed, _) = await RunAsync("usage", "--policy", old, "--log", folder, "--propose");
        Assert.Contains("tools: [read, write]", proposed, StringComparison.Ordinal);
        await File.WriteAllTextAsync(smaller, proposed);
        Assert.Equal(0, (await RunAsync("check", "--policy", smaller)).Code);
        var (same, all, _) = await RunAsync("replay", "--policy", smaller, "--in-force", old, "--log", folder);
        Assert.True(same == 0, all);
        Assert.Contains("3 requests: 3 as before, 0 changed, 0 undecidable", all, StringComparison.Ordinal);
        await File.WriteAllTextAsync(smaller, proposed.Replace("[read, write]", "[\"*\"]", StringComparison.Ordinal));
        var (changed, more, _) = await RunAsync("replay", "--policy", smaller, "--in-force", old, "--log", folder);
        Assert.Equal(1, changed);
        Assert.Contains("newly permitted  1 x alice (i) tools/call drop\\u{001B}[2J of s", more, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    // The log has the check that kept each permit from holding, by the id of the rule. The exit code is that of the verdict, as without --event.
    [Fact]
    public async Task RecordedRefusal_IsExplainedWithTheRecordedReasons_AndTheExitCodeIsTheVerdict()
    {
        var folder = await FolderAsync();
        var policy = Path.Join(folder, "p.yaml");
        await File.WriteAllTextAsync(policy, "version: 1\nrules:\n  - { id: a, permit: { subjects: [alice], tools: [read] } }\n"
            + "  - id: small\n    permit: { subjects: [alice], tools: [pay] }\n    when: [ { argument: amount, atMost: 50 } ]\n");
        var now = DateTimeOffset.UtcNow.AddMinutes(-5).ToString("O", CultureInfo.InvariantCulture);
        string Entry(string id, string name, string parts) =>
            $$"""{"v":3,"seq":1,"kind":"ended","id":"{{id}}","at":"{{now}}","gen":1,"server":"t","method":"tools/call","name":"{{name}}","iss":"i","sub":"alice","parts":[{{parts}}]}""";
        const string Deny = """{"kind":"decision","outcome":"deny","reason":"no-rule-permits"}""";
        const string Failed = """{"kind":"decision","outcome":"failed","reason":"permit-did-not-hold","detail":"small:condition-1:undecidable"}""";
        string[] entries =
        [
            Entry("x1", "read", """{"kind":"decision","outcome":"permit","reason":"permitted","detail":"a"}"""), Entry("x2", "drop", Deny),
            Entry("x3", "pay", Deny + "," + Failed),
        ];
        WrittenLog.Write(folder, entries);
        await File.WriteAllTextAsync(Path.Join(folder, "g.yaml"), "version: 1\npublicUrl: http://127.0.0.1:1\nstate: " + folder
            + "/state\npolicyFiles: [p.yaml]\nservers:\n  t: { url: http://127.0.0.1:1/mcp }\n");
        async Task ExplainsAsync(int expected, string id, string[] words, params string[] by)
        {
            var (code, output, errors) = await RunAsync(["explain", .. by, "--log", folder, "--event", id]);
            Assert.True(code == expected, output + errors);
            Assert.All(words, one => Assert.Contains(one, output, StringComparison.Ordinal));
        }

        await ExplainsAsync(0, "x1", ["then: permit, by a (p.yaml:3)", "by this policy: permit"], "--policy", policy);
        await ExplainsAsync(1, "x2", ["then: refused: no rule permits this", "by this policy: deny"], "--policy", policy);
        await ExplainsAsync(1, "x3", ["permit small (p.yaml:4) did not hold: its condition 1, argument amount", "could not be decided",
            "by this policy: undecidable, because the event does not have argument amount"], "--policy", policy);
        // The policy of the configuration gave the recorded verdict, so that nothing is open.
        string[] config = ["--config", Path.Join(folder, "g.yaml"), "--dev"];
        await ExplainsAsync(1, "x3", ["by this policy: deny"], config);
        var (_, replayed, _) = await RunAsync(["replay", .. config, "--log", folder]);
        Assert.Contains("3 requests: 3 as before, 0 changed, 0 undecidable", replayed, StringComparison.Ordinal);
        // After a change of the configuration it is not known which policy was in force before.
        var later = DateTimeOffset.UtcNow.AddMinutes(-4).ToString("O", CultureInfo.InvariantCulture);
        WrittenLog.Write(folder,
            [.. entries, $$"""{"v":3,"seq":9,"kind":"control","id":"c1","at":"{{later}}","gen":2,"act":"configuration.applied","digest":"b","previous":"a"}"""]);
        await ExplainsAsync(1, "x3", ["by this policy: undecidable, because the event does not have argument amount"], config);
        var (_, open, note) = await RunAsync(["replay", .. config, "--log", folder]);
        Assert.Contains("pay of t, e.g. x3: the log does not have argument amount", open, StringComparison.Ordinal);
        Assert.Contains("not in the log: argument amount (1 request)", open, StringComparison.Ordinal);
        Assert.Contains("The configuration was changed at", note, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("usage --preset team")]
    [InlineData("replay --preset team")]
    [InlineData("explain --preset team --event a")]
    public async Task ALogOfAVersionThatIsNotKnown_IsRefusedWhole(string arguments)
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-policy-").FullName;
        WrittenLog.Write(folder, "{\"v\":5,\"kind\":\"ended\"}");
        var (code, output, errors) = await RunAsync([.. arguments.Split(' '), "--log", folder]);
        Directory.Delete(folder, recursive: true);
        Assert.Equal((3, ""), (code, output));
        Assert.Contains("log-0001, entry 0: the event model has version 5", errors, StringComparison.Ordinal);
        Assert.Contains("remedy: read the log with the program that wrote it", errors, StringComparison.Ordinal);
    }

    private static async Task<string> FolderAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-policy-").FullName;
        var team = (await RunAsync("preset", "team")).Output;
        foreach (var name in new[] { "team", "less" })
        {
            await File.WriteAllTextAsync(Path.Join(folder, name + ".yaml"), name == "team"
                ? team : team[..team.IndexOf("  - id: team-destroy", StringComparison.Ordinal)]);
            await File.WriteAllTextAsync(Path.Join(folder, name + ".tests.yaml"), (await RunAsync("preset", "team", "--cases")).Output);
        }

        await File.WriteAllTextAsync(Path.Join(folder, "bad.yaml"), "version: 1\nrules:\n  - { id: a, permit: { tools: [x] } }\n");
        const string servers = "servers:\n  t: { url: http://127.0.0.1:1/mcp }\n";
        await File.WriteAllTextAsync(Path.Join(folder, "gateway.yaml"),
            "version: 1\npublicUrl: http://127.0.0.1:1\nstate: " + folder + "/state\npolicyFiles: [less.yaml]\n" + servers);
        await File.WriteAllTextAsync(Path.Join(folder, "asking.yaml"),
            "version: 1\npublicUrl: http://127.0.0.1:1\nstate: " + folder + "/state\npolicyFiles: [less.yaml]\n"
                + servers.Replace("mcp }", "mcp, scopes: [\"notes:read\"] }", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Join(folder, "unready.yaml"), "version: 1\n" + servers);
        // The rules of the gateway, and one for a server that the old configuration does not have.
        await File.WriteAllTextAsync(Path.Join(folder, "payroll.yaml"),
            await File.ReadAllTextAsync(Path.Join(folder, "less.yaml")) + "\n  - { id: pay, permit: { roles: [clerk], servers: [payroll] } }\n");
        // The same rules, which name no server, and one server more that they open.
        await File.WriteAllTextAsync(Path.Join(folder, "more.yaml"),
            "version: 1\npublicUrl: http://127.0.0.1:1\nstate: " + folder + "/state\npolicyFiles: [less.yaml]\n" + servers
                + "  payroll: { url: http://127.0.0.1:2/mcp }\n");
        await File.WriteAllTextAsync(Path.Join(folder, "names.txt"), "# names\ntool get_x\n");
        return folder;
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, ["policy", .. arguments]));
}
