using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.EndToEnd.Tests.Harness;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>Questions to <c>gatehouse policy</c> whose answer depends on more than the rules, and messages about questions with a mistake.</summary>
public sealed class PolicyQuestionTests : IDisposable
{
    private const string Own = "https://login.example.com", Partner = "https://partner.example.com";
    private const string Rules = """
        version: 1
        rules:
          - { id: staff, permit: { groups: [staff], tools: [read] } }
          - { id: guests, permit: { issuers: [https://partner.example.com], tools: [read] } }
          - { id: no-drop, forbid: { anyone: true, tools: [drop] } }
        """;

    // The digest of the names that the rules ask for.
    private static readonly string Asked = Convert.ToHexStringLower(SHA256.HashData("group:staff"u8))[..12];

    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-question-").FullName;

    public PolicyQuestionTests()
    {
        Write("team.yaml", Rules);
        Write("gateway.yaml", $$"""
            version: 1
            publicUrl: https://mcp.example.com
            listen: { url: "http://127.0.0.1:8080" }
            state: {{folder}}/state
            issuers:
              - issuer: {{Own}}
              - issuer: {{Partner}}
            servers:
              t: { url: "https://t.example.com/mcp", issuers: [{{Own}}], scopes: ["notes:read"] }
            policyFiles: [team.yaml]
            """);
        Write("people.yaml", $$"""
            version: 1
            callers:
              - { subject: own, issuer: {{Own}}, groups: [staff], scopes: ["notes:read"] }
              - { subject: poor, issuer: {{Own}}, groups: [staff] }
              - { subject: guest, issuer: {{Partner}}, scopes: ["notes:read"] }
            """);
        Write("names.txt", "tool read\n");
        Write("cases.yaml", $$"""
            version: 1
            server: t
            cases:
              - { name: own, as: { issuer: {{Own}}, groups: [staff], scopes: ["notes:read"] }, calls: read, expect: permit }
              - { name: without the scope, as: { groups: [staff] }, calls: read, expect: deny, tokenRefused: true }
              - { name: guest, as: { issuer: {{Partner}}, scopes: ["notes:read"] }, calls: read, expect: permit, rule: guests }
            """);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // The threat: a reviewer reads "permit" about a caller whose token the gateway refuses, or relies on a refusal that no rule gives.
    [Theory]
    [Trait("Requirement", "AZ-02")]
    [InlineData("--issuer https://login.example.com --scope notes:read", 0, "permit, by staff")]
    [InlineData("--issuer https://partner.example.com --scope notes:read", 1, "deny: invalid_token. servers.t.issuers does not have https://partner.example.com")]
    [InlineData("--issuer https://logn.example.com --scope notes:read", 1, "deny: invalid_token. The configuration has no issuer with the name https://logn.example.com")]
    [InlineData("--issuer https://login.example.com", 1, "deny: insufficient_scope. servers.t.scopes asks for notes:read")]
    [InlineData("--scope notes:read", 0, "Give the issuer of the caller with --issuer")]
    [InlineData("--issuer https://partner.example.com --scope notes:read --json", 1, "\"refusedBy\": \"servers.t.issuers\"")]
    public async Task Explain_CountsTheIssuersAndScopesOfTheServer(string caller, int expected, string says)
    {
        var (code, output, errors) = await RunAsync($"explain --config {{folder}}/gateway.yaml --group staff --server t --tool read {caller}");
        Assert.True(expected == code, output + errors);
        Assert.Contains(says, output + errors, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "AZ-02")]
    public async Task WhoCan_CountsTheIssuersAndScopesOfTheServer()
    {
        var (_, matrix, _) = await RunAsync("who-can --config {folder}/gateway.yaml --names {folder}/names.txt --callers {folder}/people.yaml --json");
        using var json = JsonDocument.Parse(matrix);
        Assert.Equal([("yes", null), ("no", "servers.t.scopes"), ("no", "servers.t.issuers")],
            json.RootElement.GetProperty("matrix").EnumerateArray().Select(row => row.GetProperty("cells")[0])
                .Select(cell => (cell.GetProperty("answer").GetString(), cell.TryGetProperty("refusedBy", out var key) ? key.GetString() : null)));
        var (_, text, _) = await RunAsync("who-can --config {folder}/gateway.yaml --names {folder}/names.txt --callers {folder}/people.yaml");
        Assert.Contains("no       t: insufficient_scope. servers.t.scopes asks for notes:read", text, StringComparison.Ordinal);
        // A caller that is made from a name in a rule has any scopes.
        var (_, made, _) = await RunAsync("who-can --config {folder}/gateway.yaml --names {folder}/names.txt");
        Assert.Contains("group staff\n  depends  t tool read: when the token has the scopes notes:read (servers.t.scopes)", made, StringComparison.Ordinal);
        var (_, ways, _) = await RunAsync("who-can --config {folder}/gateway.yaml --tool read");
        Assert.Contains("only callers whose issuer is one of https://login.example.com (servers.t.issuers)", ways, StringComparison.Ordinal);
        Assert.Contains("only callers with every scope of notes:read (servers.t.scopes)", ways, StringComparison.Ordinal);
        Assert.Contains("(staff)", ways, StringComparison.Ordinal);
        Assert.DoesNotContain("(guests)", ways, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "AZ-02")]
    public async Task Test_CountsTheIssuersAndScopesOfTheServer_OnlyWithItsConfiguration()
    {
        var (code, output, _) = await RunAsync("test --config {folder}/gateway.yaml {folder}/cases.yaml");
        Assert.Equal(1, code);
        Assert.Contains("pass  own\npass  without the scope\nFAIL  guest\n", output, StringComparison.Ordinal);
        Assert.Contains("      deny: invalid_token. servers.t.issuers does not have https://partner.example.com\n      by the rules:\n        permit, by guests", output,
            StringComparison.Ordinal);
        (_, output, _) = await RunAsync("test --policy {folder}/team.yaml {folder}/cases.yaml");
        Assert.Contains("pass  own\nFAIL  without the scope\n", output, StringComparison.Ordinal);
        Assert.Contains("pass  guest\n", output, StringComparison.Ordinal);
    }

    // A policy that the gateway takes from policyFiles must not be refused where it is named beside the configuration.
    [Fact]
    public async Task APolicyBesideAConfiguration_MayNameWhatThatConfigurationHas()
    {
        const string tenant = "11111111-1111-4111-8111-111111111111";
        Write("gateway.yaml", File.ReadAllText(Path.Join(folder, "gateway.yaml")).Replace("issuers:\n", $$"""
            decisionService: { who: { clients: [app] }, types: [record] }
            issuers:
              - { issuer: "https://login.microsoftonline.com/{tenantid}/v2.0", profile: entra, tenants: [{{tenant}}] }

            """, StringComparison.Ordinal));
        Write("team.yaml", $$"""
            version: 1
            rules:
              - { id: tenant, permit: { issuers: ["https://login.microsoftonline.com/{{tenant}}/v2.0"], tools: [read] } }
              - { id: records, permit: { issuers: [{{Own}}], servers: [record] } }
            """);
        foreach (var arguments in new[] { "check --config {folder}/gateway.yaml", "check --config {folder}/gateway.yaml --policy {folder}/team.yaml" })
        {
            var (code, output, errors) = await RunAsync(arguments);
            Assert.True(code == 0, output + errors);
        }
    }

    // The gateway adds implied scopes when it verifies a token, for the scopes of servers and for the rules.
    [Theory]
    [Trait("Requirement", "AZ-02")]
    [InlineData($"--issuer {Own} --scope notes:admin", 0)]
    [InlineData("--scope notes:admin", 1)] // of two issuers, it is not known which one
    [InlineData($"--issuer {Partner} --scope notes:admin", 1)]
    public async Task ScopesThatOthersImply_AreAdded(string caller, int expected)
    {
        Write("gateway.yaml", File.ReadAllText(Path.Join(folder, "gateway.yaml")).Replace($"- issuer: {Own}",
            $"- issuer: {Own}\n    scopeImplies: {{ \"notes:admin\": [\"notes:write\"], \"notes:write\": [\"notes:read\"] }}", StringComparison.Ordinal));
        var (code, output, errors) = await RunAsync($"explain --config {{folder}}/gateway.yaml --group staff --server t --tool read {caller}");
        Assert.True(expected == code, output + errors);
        if (expected != 0) return;
        var admin = $"subject: admin, issuer: {Own}, groups: [staff], scopes: [\"notes:admin\"]";
        Write("one.yaml", $"version: 1\nserver: t\ncases:\n  - {{ name: one, as: {{ {admin} }}, calls: read, expect: permit }}\n");
        (code, output, errors) = await RunAsync("test --config {folder}/gateway.yaml {folder}/one.yaml");
        Assert.True(code == 0, output + errors);
        Write("people.yaml", $"version: 1\ncallers:\n  - {{ {admin} }}\n");
        (_, output, _) = await RunAsync("who-can --config {folder}/gateway.yaml --names {folder}/names.txt --callers {folder}/people.yaml");
        Assert.Contains("yes      t tool read", output, StringComparison.Ordinal);
    }

    // Tokens of the gateway's own authorization server have no implied scopes, and a caller without an issuer may have one of them.
    [Theory]
    [Trait("Requirement", "AZ-02")]
    [InlineData("", 1)]
    [InlineData($" --issuer {Own}", 0)]
    [InlineData(" --issuer https://mcp.example.com", 1)]
    public async Task ScopesThatOthersImply_AreNotAddedToACallerOfTheGatewaysOwnIssuer(string issuer, int expected)
    {
        Write("gateway.yaml", File.ReadAllText(Path.Join(folder, "gateway.yaml"))
            .Replace($"- issuer: {Own}", $"- issuer: {Own}\n    scopeImplies: {{ \"notes:admin\": [\"notes:read\"] }}", StringComparison.Ordinal)
            .Replace($"  - issuer: {Partner}\n", "", StringComparison.Ordinal).Replace($"issuers: [{Own}], ", "", StringComparison.Ordinal)
            .Replace("servers:\n", """
                authorizationServer:
                  providers: [{ name: corp, issuer: https://idp.example.com, clientId: gatehouse, clientSecret: env:CORP }]
                administration: { who: { groups: [admins] } }
                servers:

                """, StringComparison.Ordinal));
        Write("team.yaml", "version: 1\nrules:\n  - { id: staff, permit: { groups: [staff], tools: [read] } }\n");
        var (code, output, errors) = await RunAsync(
            $"explain --config {{folder}}/gateway.yaml --group staff --server t --tool read --scope notes:admin{issuer}");
        Assert.True(expected == code, output + errors);
    }

    // The threat: an auditor reads in the matrix that a scope gives less than it does.
    [Fact]
    [Trait("Requirement", "AZ-02")]
    public async Task AScopeOfARule_HasWhatItImpliesInTheMatrix()
    {
        Write("gateway.yaml", File.ReadAllText(Path.Join(folder, "gateway.yaml"))
            .Replace($"- issuer: {Own}", $"- issuer: {Own}\n    scopeImplies: {{ \"notes:admin\": [\"notes:read\"] }}", StringComparison.Ordinal)
            .Replace($"  - issuer: {Partner}\n", "", StringComparison.Ordinal));
        Write("team.yaml", """
            version: 1
            rules:
              - { id: readers, permit: { scopes: ["notes:read"], tools: [read] } }
              - { id: admins, permit: { scopes: ["notes:admin"], tools: [reset] } }
            """);
        var (_, output, errors) = await RunAsync("who-can --config {folder}/gateway.yaml");
        Assert.Contains("scope notes:admin and notes:read\n  yes      t tool read\n  yes      t tool reset\n", output + errors, StringComparison.Ordinal);
    }

    // The threat: a case counts as proof of a rule that the gateway never asks, because it answers 401 before.
    [Theory]
    [Trait("Requirement", "AZ-02")]
    [InlineData("as: { issuer: https://partner.example.com }, calls: drop, expect: forbid", false)]
    [InlineData("as: { issuer: https://partner.example.com }, calls: drop, expect: deny", true)]
    [InlineData("as: { issuer: https://partner.example.com }, calls: drop, expect: deny, tokenRefused: true", true)]
    [InlineData("as: { issuer: https://partner.example.com }, calls: drop, expect: deny, tokenRefused: false", false)]
    [InlineData("as: { groups: [staff] }, calls: read, expect: deny", false)]
    [InlineData("as: { groups: [staff] }, calls: read, expect: deny, tokenRefused: true", true)]
    [InlineData("as: { groups: [staff] }, calls: write, expect: deny", true)]
    [InlineData("as: { scopes: [\"notes:read\"] }, calls: write, expect: deny, tokenRefused: true", false)]
    [InlineData("as: { scopes: [\"notes:read\"] }, calls: write, expect: deny, tokenRefused: false", true)]
    [InlineData("as: { scopes: [\"notes:read\"] }, calls: drop, expect: forbid, rule: no-drop", true)]
    public async Task Test_ComparesTheVerdictOfTheGateway(string what, bool passes)
    {
        Write("one.yaml", $"version: 1\nserver: t\ncases:\n  - {{ name: one, {what} }}\n");
        var (code, output, errors) = await RunAsync("test --config {folder}/gateway.yaml {folder}/one.yaml");
        Assert.True((passes ? 0 : 1) == code, output + errors);
        Assert.Contains((passes ? "pass" : "FAIL") + "  one\n", output, StringComparison.Ordinal);
    }

    // The threat: a case about a rule passes because its caller lacks a scope, and the rule permits more than its author thinks.
    [Fact]
    [Trait("Requirement", "AZ-02")]
    public async Task Test_SaysWhyARefusedTokenIsNotEnough()
    {
        Write("one.yaml", "version: 1\nserver: t\ncases:\n  - { name: one, as: { groups: [staff] }, calls: read, expect: deny }\n"
            + "  - { name: two, as: { groups: [staff] }, calls: read, expect: permit }\n"
            + "  - { name: three, as: { scopes: [\"notes:read\"] }, calls: write, expect: deny, tokenRefused: true }\n");
        var (_, output, _) = await RunAsync("test --config {folder}/gateway.yaml {folder}/one.yaml");
        Assert.Contains("only the token is refused, and the rules would permit the request", output, StringComparison.Ordinal);
        Assert.Contains("asks for notes:read, which the caller lacks; add them to as.scopes of the case", output, StringComparison.Ordinal);
        Assert.Contains("the server does not refuse the token\n", output, StringComparison.Ordinal);
        (_, output, _) = await RunAsync("test --policy {folder}/team.yaml {folder}/one.yaml");
        Assert.Contains("the server does not refuse the token: only a configuration says what a server asks for; give --config\n", output, StringComparison.Ordinal);
        Write("one.yaml", "version: 1\nserver: t\ncases:\n  - { name: one, as: { subject: bob }, calls: read, expect: forbid, tokenRefused: true }\n");
        var (code, _, errors) = await RunAsync("test --config {folder}/gateway.yaml {folder}/one.yaml");
        Assert.Equal(2, code);
        Assert.Contains("the verdict on a refused token is deny", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_NamesAServerThatTheConfigurationDoesNotHave()
    {
        Write("one.yaml", "version: 1\nserver: tt\ncases:\n  - { name: one, as: { subject: bob }, calls: read, expect: deny }\n");
        var (code, _, errors) = await RunAsync("test --config {folder}/gateway.yaml {folder}/one.yaml");
        Assert.Equal(0, code);
        Assert.Contains("Cases of tt are judged by the rules only, because the configuration has no such server; did you mean t?", errors, StringComparison.Ordinal);
    }

    // The threat: each token of an issuer that does not exist is refused, so a case that expects a refusal passes by a mistyped name.
    [Fact]
    [Trait("Requirement", "AZ-02")]
    public async Task Test_RefusesACaseOfAnIssuerThatTheConfigurationDoesNotHave()
    {
        Write("one.yaml", "version: 1\nserver: t\ncases:\n  - { name: one, as: { issuer: https://logn.example.com }, calls: read, expect: deny }\n");
        var (code, output, errors) = await RunAsync("test --config {folder}/gateway.yaml {folder}/one.yaml");
        Assert.True(code == 2, output + errors);
        Assert.Contains("the configuration has no issuer with the name https://logn.example.com; did you mean https://login.example.com?", errors, StringComparison.Ordinal);
    }

    // Explain, who-can and test are asked about the same caller, and a script can compare what they say.
    [Fact]
    [Trait("Requirement", "AZ-02")]
    public async Task ExplainWhoCanAndTest_SayTheSameOfACallerThatTheServerRefuses()
    {
        Write("drop.txt", "tool drop\n");
        var guest = $"{{ subject: guest, issuer: {Partner}, scopes: [\"notes:read\"] }}";
        Write("one.yaml", $"version: 1\nserver: t\ncases:\n  - {{ name: one, as: {guest}, calls: drop, expect: deny }}\n");
        var question = $"--as guest --issuer {Partner} --scope notes:read --server t --tool drop";
        var (_, explained, _) = await RunAsync($"explain --config {{folder}}/gateway.yaml {question} --json");
        var (_, matrix, _) = await RunAsync("who-can --config {folder}/gateway.yaml --names {folder}/drop.txt --callers {folder}/people.yaml --json");
        var (_, tested, _) = await RunAsync("test --config {folder}/gateway.yaml {folder}/one.yaml --json");
        using var explanation = JsonDocument.Parse(explained);
        using var rows = JsonDocument.Parse(matrix);
        using var cases = JsonDocument.Parse(tested);
        string[] expected = ["deny", "servers.t.issuers", "forbid", "no-drop"];
        Assert.Equal(expected, Verdict(explanation.RootElement.GetProperty("explanation")));
        Assert.Equal(expected, Verdict(cases.RootElement.GetProperty("tests").GetProperty("cases")[0]));
        // No case was decided by a rule, so a change of any rule would be noticed by none.
        Assert.Equal(["staff", "guests", "no-drop"],
            cases.RootElement.GetProperty("tests").GetProperty("untouched").EnumerateArray().Select(static rule => rule.GetString()));
        var cell = rows.RootElement.GetProperty("matrix")[2].GetProperty("cells")[0];
        Assert.Equal(("no", "servers.t.issuers"), (cell.GetProperty("answer").GetString(), cell.GetProperty("refusedBy").GetString()));

        static string?[] Verdict(JsonElement one) =>
            [.. new[] { "verdict", "refusedBy", "byRules", "rule" }.Select(name => one.GetProperty(name).GetString())];
    }

    // The threat: an empty list reads as "no issuer is accepted" where every one is.
    [Fact]
    [Trait("Requirement", "AZ-02")]
    public async Task AWayToAServerThatAcceptsEveryIssuer_HasNoListOfIssuers()
    {
        var (_, named, _) = await RunAsync("who-can --config {folder}/gateway.yaml --tool read --json");
        Assert.Contains("\"issuers\"", named, StringComparison.Ordinal);
        Write("gateway.yaml", File.ReadAllText(Path.Join(folder, "gateway.yaml")).Replace($"issuers: [{Own}], ", "", StringComparison.Ordinal));
        var (code, every, errors) = await RunAsync("who-can --config {folder}/gateway.yaml --tool read --json");
        Assert.True(code == 0, every + errors);
        Assert.DoesNotContain("\"issuers\"", every, StringComparison.Ordinal);
    }

    // A reader opens the file that the headline names.
    [Theory]
    [InlineData("check --config {folder}/broken.yaml", "1 fault in {folder}/bad.yaml")]
    [InlineData("test --config {folder}/broken.yaml", "1 fault in {folder}/bad.yaml")]
    [InlineData("check --config {folder}/broken.yaml --policy {folder}/team.yaml", "1 fault in {folder}/bad.yaml")]
    [InlineData("check --config {folder}/none.yaml --policy {folder}/team.yaml", "1 fault in {folder}/none.yaml")]
    [InlineData("check --policy {folder}/bad.yaml", "1 fault in {folder}/bad.yaml")]
    [InlineData("check --policy {folder}/bad.yaml --config {folder}/none.yaml", "2 faults in {folder}/bad.yaml and {folder}/none.yaml")]
    public async Task TheHeadlineOfFaults_NamesTheFilesThatHaveThem(string arguments, string headline)
    {
        Write("bad.yaml", "version: 1\nrules:\n  - { id: a, permit: { tools: [x] } }\n");
        Write("broken.yaml", File.ReadAllText(Path.Join(folder, "gateway.yaml")).Replace("team.yaml", "bad.yaml", StringComparison.Ordinal));
        var (_, _, errors) = await RunAsync(arguments);
        Assert.StartsWith("gatehouse: " + headline.Replace("{folder}", folder, StringComparison.Ordinal) + "\n", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test", "no policy was named")]
    [InlineData("test", "name a policy file with --policy")]
    [InlineData("explain --preset team --server t --tool x --arguments {\"a\":1,\"a\":2}", "--arguments is not a JSON object, has a key twice, or has a text that is no Unicode")]
    [InlineData("explain --preset team --server t --tool x --arguments {\"o\":{\"a\":1,\"\\u0061\":2}}", "--arguments is not a JSON object, has a key twice, or has a text that is no Unicode")]
    [InlineData("explain --preset team --event x --tool y --as z", "--tool cannot be combined with --event: caller and request are those of the recorded exchange")]
    [InlineData("explain --preset team --server t --tool x --log y", "--log needs --event")]
    [InlineData("who-can --preset team --server t --tool x --names {folder}/names.txt", "--names cannot be combined with --tool: it asks for the permits of one entry")]
    [InlineData("who-can --preset team --server t --tool x --callers {folder}/people.yaml --at 2026-11-20T09:00:00Z", "--at cannot be combined with --tool")]
    [InlineData("explain --preset team --server t --asked everything", "value 'everything' of --asked is not one of sampling, elicitation, roots, logging")]
    [InlineData("explain --policy {folder}/none.yaml --server t --tool x", "the file does not exist")]
    [InlineData("preset taem", "the preset taem does not exist")]
    public async Task AQuestionWithAMistake_IsRefusedWithASentence(string arguments, string says)
    {
        var (code, output, errors) = await RunAsync(arguments);
        Assert.True(code == 2, output + errors);
        Assert.Contains(says, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARuleThatThePolicyDoesNotHave_IsNamedWithTheNearest()
    {
        Write("typo.yaml", "version: 1\nserver: t\ncases:\n  - { name: one, as: { groups: [staff] }, calls: read, expect: permit, rule: staf }\n");
        var (code, output, _) = await RunAsync("test --policy {folder}/team.yaml {folder}/typo.yaml");
        Assert.Equal(1, code);
        Assert.Contains("      the policy has no rule staf; did you mean staff?\n", output, StringComparison.Ordinal);
        Write("typo.yaml", "version: 1\nserver: t\ncases:\n  - { name: one, as: { rights: [staf] }, calls: read, expect: deny }\n");
        (code, _, var errors) = await RunAsync("test --policy {folder}/team.yaml {folder}/typo.yaml");
        Assert.Equal(2, code);
        Assert.Contains("the policy has no rule staf; did you mean staff?", errors, StringComparison.Ordinal);
    }

    // A person who was refused gives the id. Most ids are of requests that the policy was never asked about.
    [Fact]
    [Trait("Requirement", "AZ-02")]
    public async Task AnIdThatThePolicyDidNotDecide_IsExplainedByItsEntry()
    {
        Log("""{"v":3,"seq":1,"kind":"ended","id":"e1","at":"{now}","gen":1,"server":"t","code":"GH2002","parts":[]}""",
            """{"v":3,"seq":2,"kind":"control","id":"e2","at":"{now}","gen":1,"act":"reload"}""",
            """{"v":3,"seq":3,"kind":"ended","id":"e3","at":"{now}","gen":1,"server":"t","method":"tools/call","name":"read","parts":[{"kind":"decision","outcome":"permit","reason":"permitted","detail":"staff"}]}""");
        await SaysAsync("e1", "the policy did not decide e1: the stage authenticate refused it with GH2002 (token-refused)", "gatehouse audit show e1");
        await SaysAsync("e2", "the policy did not decide e2: it is the entry of the act reload", "gatehouse audit show e2");
        await SaysAsync("e3", "the policy decided e3, but the log does not say who made the request", "gatehouse audit show e3");
        await SaysAsync("e4", "the log has no entry with the id e4", "give the whole id");

        async Task SaysAsync(string id, params string[] words)
        {
            var (code, _, errors) = await RunAsync($"explain --policy {{folder}}/team.yaml --log {{folder}}/log --event {id}");
            Assert.Equal(1, code);
            Assert.All(words, word => Assert.Contains(word, errors, StringComparison.Ordinal));
        }
    }

    [Fact]
    [Trait("Requirement", "AZ-02")]
    public async Task GroupsThatDidNotArrive_AreNamed()
    {
        Log("""{"v":3,"seq":1,"kind":"ended","id":"e1","at":"{now}","gen":1,"server":"t","method":"tools/call","name":"read","iss":"i","sub":"alice","moreGroups":true,"parts":[{"kind":"decision","outcome":"deny","reason":"no-rule-permits"}]}""");
        var (_, output, _) = await RunAsync("explain --policy {folder}/team.yaml --log {folder}/log --event e1");
        Assert.Contains("the token left out groups of the caller (group overage)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_TakesTheConfigurationThatWasInForce()
    {
        Write("next.yaml", File.ReadAllText(Path.Join(folder, "gateway.yaml")).Replace("team.yaml", "wide.yaml", StringComparison.Ordinal));
        Write("wide.yaml", "version: 1\nrules:\n  - { id: staff, permit: { anyone: true, tools: [read] } }\n");
        Log("""{"v":3,"seq":1,"kind":"ended","id":"e1","at":"{now}","gen":1,"server":"t","method":"tools/call","name":"read","iss":"https://login.example.com","sub":"alice","parts":[{"kind":"decision","outcome":"deny","reason":"no-rule-permits"}]}""");
        var (code, output, errors) = await RunAsync("replay --config {folder}/next.yaml --in-force {folder}/gateway.yaml --log {folder}/log");
        Assert.True(code == 1, output + errors);
        Assert.Contains("newly permitted  1 x alice", output, StringComparison.Ordinal);
    }

    // The threat: a reviewer reads "as before" about calls that the new configuration refuses, or that need a scope which nobody was asked for.
    [Theory]
    [Trait("Requirement", "AZ-02")]
    [InlineData("  t: {", "  u: {", "newly refused    1 x alice", 1)]
    [InlineData("issuers: [https://login.example.com]", "issuers: [https://partner.example.com]", "newly refused    1 x alice", 1)]
    [InlineData("  - issuer: https://login.example.com\n", "", "newly refused    1 x alice", 1)]
    [InlineData("[\"notes:read\"]", "[\"notes:read\", \"notes:write\"]", "undecidable      1 x alice (https://login.example.com) tools/call read of t, e.g. e1: the log does not have scope notes:write", 0)]
    [InlineData("[\"notes:read\"]", "[]", "1 request: 1 as before", 0)]
    public async Task Replay_CountsWhatTheNewConfigurationAsksFor(string before, string after, string says, int expected)
    {
        var running = File.ReadAllText(Path.Join(folder, "gateway.yaml"));
        Assert.Contains(before, running, StringComparison.Ordinal);
        var next = running.Replace(before, after, StringComparison.Ordinal);
        Write("next.yaml", next.Contains($"issuer: {Own}", StringComparison.Ordinal) ? next : next.Replace($"issuers: [{Own}], ", "", StringComparison.Ordinal));
        Log(Permit("e1", "t", Own));
        var (code, output, errors) = await RunAsync("replay --config {folder}/next.yaml --in-force {folder}/gateway.yaml --log {folder}/log");
        Assert.True(code == expected, output + errors);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    // The threat: a reviewer reads "as before" about scopes that tokens get, or no longer get, by the new configuration.
    [Theory]
    [Trait("Requirement", "AZ-02")]
    [InlineData("", "    scopeImplies: { \"notes:all\": [\"notes:read\"] }\n", "deny")]
    [InlineData("    scopeImplies: { \"notes:all\": [\"notes:read\"] }\n", "", "permit")]
    [InlineData("", "    scopeImplies: { \"notes:all\": [\"notes:write\"] }\n", "no rule asks")]
    public async Task Replay_CountsScopesThatAreImpliedOtherwise(string before, string after, string verdict)
    {
        var issuer = $"- issuer: {Own}\n";
        var running = File.ReadAllText(Path.Join(folder, "gateway.yaml"));
        Write("next.yaml", running.Replace(issuer, issuer + after, StringComparison.Ordinal));
        Write("gateway.yaml", running.Replace(issuer, issuer + before, StringComparison.Ordinal));
        var permit = Permit("e1", "t", Own);
        Log(verdict == "deny" ? permit.Replace("\"permit\",\"reason\":\"permitted\",\"detail\":\"staff\"", "\"deny\",\"reason\":\"insufficient-scope\"",
            StringComparison.Ordinal) : permit);
        var (code, output, errors) = await RunAsync("replay --config {folder}/next.yaml --in-force {folder}/gateway.yaml --log {folder}/log");
        Assert.True(code == 0, output + errors);
        Assert.Contains(verdict == "no rule asks" ? "1 request: 1 as before" : "the log does not have scope notes:read", output, StringComparison.Ordinal);
    }

    // Which scopes the server asked for before the last change is not known.
    [Fact]
    [Trait("Requirement", "AZ-02")]
    public async Task ARequestBeforeTheLastChange_MayHaveLackedAScope()
    {
        Log(Permit("e1", "t", Own).Replace("{now}", "2026-11-20T09:00:00Z", StringComparison.Ordinal),
            """{"v":3,"seq":2,"kind":"control","id":"c1","at":"{now}","gen":2,"act":"configuration.applied","previous":"a","digest":"b"}""");
        var (code, output, errors) = await RunAsync("explain --config {folder}/gateway.yaml --log {folder}/log --event e1");
        Assert.True(code == 1, output + errors);
        Assert.Contains("undecidable, because the event does not have scope notes:read", output, StringComparison.Ordinal);
        (_, output, _) = await RunAsync("replay --days 3650 --config {folder}/gateway.yaml --policy {folder}/team.yaml --log {folder}/log");
        Assert.Contains("1 request: 0 as before, 0 changed, 1 undecidable", output, StringComparison.Ordinal);
    }

    // A policy file changes rules only. What the configuration no longer has is no change of that file.
    [Fact]
    [Trait("Requirement", "AZ-02")]
    public async Task Replay_LeavesOutWhatTheConfigurationInForceDoesNotHave()
    {
        Log(Permit("e1", "t", Own), Permit("e2", "old", Own), Permit("e3", "t", "https://gone.example.com"));
        foreach (var arguments in new[] { "--policy {folder}/team.yaml", "--in-force {folder}/gateway.yaml", "--policy {folder}/team.yaml --in-force {folder}/team.yaml" })
        {
            var (code, output, errors) = await RunAsync($"replay --config {{folder}}/gateway.yaml {arguments} --log {{folder}}/log");
            Assert.True(code == 0, output + errors);
            Assert.Contains("1 request: 1 as before, 0 changed, 0 undecidable\nleft out: 2 requests", output, StringComparison.Ordinal);
        }

        var (_, json, _) = await RunAsync("replay --config {folder}/gateway.yaml --log {folder}/log --json");
        Assert.Contains("\"leftOut\": 2", json, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Requirement", "AZ-02")]
    [InlineData("t", Own, 0, "by this policy: permit")]
    [InlineData("old", Own, 1, "by this policy: deny: the configuration has no server old")]
    [InlineData("t", Partner, 1, "by this policy: deny: invalid_token. servers.t.issuers does not have https://partner.example.com")]
    [InlineData("t", "https://gone.example.com", 1, "by this policy: deny: invalid_token. The configuration has no issuer with the name https://gone.example.com")]
    public async Task ARecordedExchange_IsExplainedByTheWholeConfiguration(string server, string issuer, int expected, string says)
    {
        Log(Permit("e1", server, issuer));
        var (code, output, errors) = await RunAsync("explain --config {folder}/gateway.yaml --log {folder}/log --event e1");
        Assert.True(code == expected, output + errors);
        Assert.Contains(says, output, StringComparison.Ordinal);
        var (_, json, _) = await RunAsync("explain --config {folder}/gateway.yaml --log {folder}/log --event e1 --json");
        Assert.Equal(expected == 1, json.Contains("\"refusedBy\"", StringComparison.Ordinal));
    }

    // The rules permit what the server refused for a scope: a "deny" beside a listed permit says nothing of the scope.
    [Theory]
    [Trait("Requirement", "AZ-02")]
    [InlineData("[\"notes:read\"]", "by this policy: deny: insufficient_scope. servers.t.scopes asks for notes:read, and the token lacked a scope")]
    [InlineData("[]", "by this policy: undecidable, because the event does not have whether the server or a rule asked for the scope")]
    public async Task ARefusalForAScope_IsExplainedByTheScopesOfTheServer(string scopes, string says)
    {
        Write("gateway.yaml", File.ReadAllText(Path.Join(folder, "gateway.yaml")).Replace("[\"notes:read\"]", scopes, StringComparison.Ordinal));
        Log(Permit("e1", "t", Own).Replace("\"outcome\":\"permit\",\"reason\":\"permitted\",\"detail\":\"staff\"",
            "\"outcome\":\"deny\",\"reason\":\"insufficient-scope\"", StringComparison.Ordinal));
        var (code, output, errors) = await RunAsync("explain --config {folder}/gateway.yaml --log {folder}/log --event e1");
        Assert.True(code == 1, output + errors);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    // The threat: a review in a pipeline passes because it read the wrong folder.
    [Theory]
    [InlineData("replay --config {folder}/gateway.yaml")]
    [InlineData("usage --config {folder}/gateway.yaml --propose")]
    [InlineData("explain --config {folder}/gateway.yaml --event e1")]
    public async Task AFolderWithoutALog_IsNoEmptyLog(string arguments)
    {
        Directory.CreateDirectory(Path.Join(folder, "empty"));
        var (code, output, errors) = await RunAsync(arguments + " --log {folder}/empty");
        Assert.Equal((3, ""), (code, output));
        Assert.Contains("there is no audit log in", errors, StringComparison.Ordinal);
    }

    // Whoever can write to a log must not be able to end the questions about its other entries.
    [Theory]
    [InlineData("policy replay --config {folder}/gateway.yaml")]
    [InlineData("policy usage --config {folder}/gateway.yaml")]
    [InlineData("policy explain --config {folder}/gateway.yaml --event e1")]
    [InlineData("detect replay --preset strict")]
    public async Task AnEntryWithoutATime_IsPassedOver(string arguments)
    {
        Log(Permit("e0", "t", Own).Replace("\"{now}\"", "5", StringComparison.Ordinal),
            Permit("e9", "t", Own).Replace("\"{now}\"", "5", StringComparison.Ordinal).Replace("\"sub\":\"alice\",", "", StringComparison.Ordinal),
            """{"v":3,"seq":2,"kind":"control","id":"c1","at":5,"gen":2,"act":"configuration.applied","previous":"a","digest":"b"}""",
            Permit("e1", "t", Own));
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll,
            [.. (arguments + " --log {folder}/log").Split(' ').Select(word => word.Replace("{folder}", folder, StringComparison.Ordinal))]));
        Assert.True(code == 0, output + errors);
    }

    // A handshake has no arguments, so that it does not matter with what a rule compares them.
    [Fact]
    [Trait("Requirement", "AZ-02")]
    public async Task AHandshake_IsDecidedWhereARuleComparesAnArgumentWithAClaim()
    {
        Write("old.yaml", "version: 1\nrules:\n  - { id: staff, permit: { groups: [staff] }, when: [ { argument: /order/region, equalsClaim: region } ] }\n");
        Write("new.yaml", "version: 1\nrules:\n  - { id: staff, permit: { groups: [staff] }, when: [ { argument: /order/area, equalsClaim: region } ] }\n");
        Log(Permit("e1", "t", Own).Replace("tools/call", "initialize", StringComparison.Ordinal).Replace(",\"name\":\"read\"", "", StringComparison.Ordinal));
        var (code, output, errors) = await RunAsync("replay --policy {folder}/new.yaml --in-force {folder}/old.yaml --log {folder}/log");
        Assert.True(code == 0, output + errors);
        Assert.Contains("1 request: 1 as before", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatNoRuleNames_IsNoted()
    {
        Write("named.yaml", "version: 1\nrules:\n  - { id: a, permit: { anyone: true, servers: [tickets] } }\n  - { id: b, permit: { groups: [ops] } }\n");
        var (_, _, errors) = await RunAsync("diff {folder}/named.yaml {folder}/named.yaml --server tikets");
        Assert.Contains("No rule names the server tikets: only rules for every server count; did you mean tickets?", errors, StringComparison.Ordinal);
    }

    private static string Permit(string id, string server, string issuer) =>
        $$"""{"v":3,"seq":1,"kind":"ended","id":"{{id}}","at":"{now}","gen":1,"server":"{{server}}","method":"tools/call","name":"read","iss":"{{issuer}}","sub":"alice","groups":["staff"],"asked":"{{Asked}}","parts":[{"kind":"decision","outcome":"permit","reason":"permitted","detail":"staff"}]}""";

    private void Write(string name, string text) => File.WriteAllText(Path.Join(folder, name), text);

    private void Log(params string[] lines)
    {
        var now = DateTimeOffset.UtcNow.AddMinutes(-5).ToString("O", CultureInfo.InvariantCulture);
        WrittenLog.Write(Path.Join(folder, "log"), lines.Select(line => line.Replace("{now}", now, StringComparison.Ordinal)));
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(string arguments) => OneShot.RunAsync(ProcessPlan.Dotnet(
        Repository.GatewayDll, ["policy", .. arguments.Split(' ').Select(word => word.Replace("{folder}", folder, StringComparison.Ordinal))]));
}
