using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Audit.Search;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>
/// <c>gatehouse access</c> as it is delivered: a person asks for a right, another one sees what would be granted and grants it, calls pass until it
/// is revoked, and a kill in between changes nothing.
/// </summary>
[Trait("Requirement", "AZ-04")]
public sealed partial class AccessCommandTests
{
    private const string Envelope = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    [Fact]
    public async Task RightThatAnotherPersonGrants_PermitsTheCall_AfterAKillToo_UntilItIsRevoked()
    {
        await using var team = await Team.StartAsync();
        Assert.DoesNotContain("\"result\"", await team.CallAsync("ada"), StringComparison.Ordinal);
        await RefusedAsync(team.RunAsync("request pay --for 2h --reason r"), "proof of who does it");
        await RefusedAsync(team.RunAsync($"request pay --for 2h --reason r --token-file {team.TokenOf("eve")}"), "you cannot ask for this right");
        await RefusedAsync(team.RunAsync($"request pay --for 5h --reason r --token-file {team.TokenOf("ada")}"), "granted for at most 4 h");
        await RefusedAsync(team.RunAsync($"request pay --for 2h --reason '' --token-file {team.TokenOf("ada")}"), "no reason is given");
        await RefusedAsync(team.RunAsync($"request pay --for 2h --reason r --token-file {team.AgentToken("ada")}"), "the administration token is not valid");
        var usage = await team.RunAsync($"request pay --for soon --reason r --token-file {team.TokenOf("ada")}");
        Assert.True(usage.Code == 2 && usage.Errors.Contains("is no time from 1m to 24h", StringComparison.Ordinal), usage.Errors);

        var (asked, _, said) = await team.RunAsync($"request pay --for 2h --reason 'ticket 812' --token-file {team.TokenOf("ada")}");
        Assert.True(asked == 0, said);
        var id = IdForm().Match(said).Value;
        Assert.Contains($"{id} waits for another person to grant it", said, StringComparison.Ordinal);
        Assert.Matches($"{id}  asked, 1[45] min left +0 of 1   2 h +pay +\"ada\" of", (await team.RunAsync("list")).Output);
        Assert.Contains($"right for 2 h by \"ada\"", (await team.RunAsync("list", "approval")).Output, StringComparison.Ordinal);

        // The text names all that would be granted; the answer names its digest.
        var show = await team.RunAsync($"show {id} --token-file {team.TokenOf("bob")}");
        Assert.Contains("reason      \"ticket 812\"", show.Output, StringComparison.Ordinal);
        Assert.Contains("grantedBy: { subjects: [ada, bob] }", show.Output, StringComparison.Ordinal);
        await RefusedAsync(team.RunAsync($"show {id} --token-file {team.TokenOf("eve")}"), "eve may not grant the right pay");
        var own = await team.ShownAsync(id, "ada");
        await RefusedAsync(team.RunAsync($"grant {id} --shown {own} --token-file {team.TokenOf("ada")}"), "you asked for this right yourself");
        await RefusedAsync(team.RunAsync($"grant {id} --token-file {team.TokenOf("bob")}"), "no terminal at which the call could be shown");
        await RefusedAsync(team.RunAsync($"grant {id} --shown {new string('0', 64)} --token-file {team.TokenOf("bob")}"), "is not the one with the digest");
        Assert.DoesNotContain("\"result\"", await team.CallAsync("ada"), StringComparison.Ordinal);
        var shown = await team.ShownAsync(id, "bob");
        var (granted, _, answer) = await team.RunAsync($"grant {id} --shown {shown} --reason 'ticket 812' --token-file {team.TokenOf("bob")}");
        Assert.True(granted == 0, answer);
        Assert.Contains($"{id} is granted: the right is active, until ", answer, StringComparison.Ordinal);

        Assert.Contains("\"result\"", await team.CallAsync("ada"), StringComparison.Ordinal);
        await team.KillAndRestartAsync();
        Assert.Contains("\"result\"", await team.CallAsync("ada"), StringComparison.Ordinal);
        using var list = JsonDocument.Parse((await team.RunAsync("list --json")).Output);
        var one = Assert.Single(list.RootElement.GetProperty("access").EnumerateArray());
        Assert.Equal((id, "granted", "ada", 7200),
            (one.GetProperty("id").GetString(), one.GetProperty("state").GetString(), one.GetProperty("caller").GetString(), one.GetProperty("lasts").GetInt32()));
        await RefusedAsync(team.RunAsync($"revoke {id} --token-file {team.TokenOf("eve")}"), "you may not revoke this right");
        Assert.Equal(0, (await team.RunAsync($"revoke {id} --reason done --token-file {team.TokenOf("ada")}")).Code);
        Assert.DoesNotContain("\"result\"", await team.CallAsync("ada"), StringComparison.Ordinal);
        Assert.Equal(2, team.Calls);
        Assert.Contains("no person has a right for a time", (await team.RunAsync("list")).Errors, StringComparison.Ordinal);
        Assert.Contains("closed", (await team.RunAsync("list --all")).Output, StringComparison.Ordinal);
        Assert.Equal(["access.requested", "access.granted", "access.revoked"], team.Acts());
    }

    [Fact]
    public async Task AtATerminal_TheRequestIsShownAndAnsweredThere_AndADenialEndsIt()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script of util-linux, which makes a terminal, is not there");
        await using var team = await Team.StartAsync();
        var id = IdForm().Match((await team.RunAsync($"request pay --for 30m --reason 'ticket 812' --token-file {team.TokenOf("ada")}")).Errors).Value;
        var (kept, words) = await team.AtTerminalAsync("no", $"grant {id} --token-file {team.TokenOf("bob")}");
        Assert.True(kept == 1 && words.Contains($"grant {id}, the right \"pay\" for 30 min to \"ada\" of \"", StringComparison.Ordinal), words);
        var (code, text) = await team.AtTerminalAsync("yes", $"deny {id} --reason 'not now' --token-file {team.TokenOf("bob")}");
        Assert.True(code == 0, text);
        Assert.Contains("lasts       30 min from the grant", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"result\"", await team.CallAsync("ada"), StringComparison.Ordinal);
        Assert.Equal(2, (await team.RunAsync($"grant apr-0000000000 --token-file {team.TokenOf("bob")}")).Code);
        Assert.Equal(["access.requested", "access.denied"], team.Acts());
    }

    private static async Task RefusedAsync(Task<(int Code, string Output, string Errors)> run, string why)
    {
        var (code, _, errors) = await run;
        Assert.True(code == 1 && errors.Contains(why, StringComparison.Ordinal), $"{code}: {errors}");
    }

    [GeneratedRegex("acc-[a-z0-9]{10}")]
    private static partial Regex IdForm();

    /// <summary>A gateway of a team whose policy has one right: to pay. Ada and bob may grant it, and ada may ask for it.</summary>
    private sealed class Team : IAsyncDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-access-");
        private readonly HttpClient http = new();
        private readonly string url = $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";
        private readonly OutsideIssuer issuer;
        private readonly RecordingUpstream upstream;
        private HostedProcess? gateway;

        private Team(OutsideIssuer issuer, RecordingUpstream upstream)
        {
            this.issuer = issuer;
            this.upstream = upstream;
        }

        /// <summary>Calls that reached the server.</summary>
        public int Calls => upstream.Of("tools/call").Count;

        private string Configuration => Path.Join(folder.FullName, "gatehouse.yaml");

        public static async Task<Team> StartAsync()
        {
            var team = new Team(await OutsideIssuer.StartAsync(), await RecordingUpstream.StartAsync());
            team.upstream.OnResult("tools/call", """{"resultType":"complete","content":[{"type":"text","text":"paid"}]}""");
            await File.WriteAllTextAsync(team.Configuration,
                $$"""
                version: 1
                publicUrl: {{team.url}}
                listen: { url: "{{team.url}}" }
                state: {{team.folder.FullName}}/state
                issuers: [{ issuer: "{{team.issuer.Origin}}" }]
                servers: { billing: { path: /mcp, url: "{{team.upstream.Url}}" } }
                administration: { who: { subjects: [root] } }
                policy:
                  - id: pay
                    permit: { subjects: [ada], servers: [billing], tools: [echo] }
                    access: { longest: 4h, grantedBy: { subjects: [ada, bob] } }
                """);
            team.gateway = await team.StartGatewayAsync();
            return team;
        }

        /// <summary>Kills the process in the middle of its work, and starts it again with the same files.</summary>
        public async Task KillAndRestartAsync()
        {
            await gateway!.DisposeAsync();
            gateway = await StartGatewayAsync();
        }

        /// <summary>A file with a token of a person for the administration audience.</summary>
        public string TokenOf(string person) => Token(person, url + "/admin", "console");

        /// <summary>A file with the token with which a person's agent calls the server.</summary>
        public string AgentToken(string person) => Token(person, url + "/mcp", "agent");

        /// <summary>Runs the command in a session without a terminal.</summary>
        public Task<(int Code, string Output, string Errors)> RunAsync(string arguments, string command = "access") =>
            OneShot.RunAsync(new ProcessPlan("setsid", ["--wait", "/bin/sh", "-c", Line(arguments, command)]));

        /// <summary>Runs the command with a terminal of its own, at which this word is typed.</summary>
        public async Task<(int Code, string Text)> AtTerminalAsync(string answer, string arguments)
        {
            var quoted = Line(arguments, "access").Replace("\"", "\\\"", StringComparison.Ordinal);
            var (code, output, errors) = await OneShot.RunAsync(
                new ProcessPlan("/bin/sh", ["-c", $"printf '{answer}\\n' | script -qec \"{quoted}\" /dev/null"]));
            return (code, output + errors);
        }

        /// <summary>Shows a request to a person, and returns the digest of what was shown.</summary>
        public async Task<string> ShownAsync(string id, string person)
        {
            using var view = JsonDocument.Parse((await RunAsync($"show {id} --json --token-file {TokenOf(person)}")).Output);
            return view.RootElement.GetProperty("access").GetProperty("shown").GetString()!;
        }

        /// <summary>Calls the tool as the agent of a person. Returns the text of the answer.</summary>
        public async Task<string> CallAsync(string person)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url + "/mcp")
            {
                Content = new StringContent(
                    $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"echo\",\"arguments\":{{}},{Envelope}}}}}",
                    Encoding.UTF8, "application/json"),
            };
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + await File.ReadAllTextAsync(AgentToken(person)));
            request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
            request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", "2026-07-28");
            request.Headers.TryAddWithoutValidation("Mcp-Method", "tools/call");
            request.Headers.TryAddWithoutValidation("Mcp-Name", "echo");
            using var answer = await http.SendAsync(request);
            return await answer.Content.ReadAsStringAsync();
        }

        /// <summary>Acts of the entries about rights, in their order.</summary>
        public IReadOnlyList<string> Acts() =>
        [
            .. OpenedLog.Read(Path.Join(folder.FullName, "state", "audit"), TimeProvider.System)
                .Select(static entry => entry.TryGetProperty("act", out var act) ? act.GetString()! : "")
                .Where(static act => act.StartsWith("access.", StringComparison.Ordinal)),
        ];

        public async ValueTask DisposeAsync()
        {
            if (gateway is not null) await gateway.DisposeAsync();
            await upstream.DisposeAsync();
            await issuer.DisposeAsync();
            http.Dispose();
            folder.Delete(recursive: true);
        }

        private Task<HostedProcess> StartGatewayAsync() =>
            HostedProcess.StartAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "serve", "--config", Configuration));

        private string Line(string arguments, string command) => $"dotnet {Repository.GatewayDll} {command} {arguments} --config {Configuration}";

        private string Token(string person, string audience, string client)
        {
            var path = Path.Join(folder.FullName, $"{person}-{client}-{Path.GetFileName(audience)}.token");
            File.WriteAllText(path, issuer.Mint(audience, claims =>
            {
                claims["sub"] = person;
                claims["client_id"] = client;
            }));
            return path;
        }
    }
}
