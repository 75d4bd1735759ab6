using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>
/// <c>gatehouse access</c> as it is delivered: a person asks for a right, another one sees what would be granted and grants it, calls pass until it
/// is revoked, and a kill in between changes nothing.
/// </summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed partial class AccessCommandTests
{
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
        await RefusedAsync(team.RunAsync($"grant {id} --token-file {team.TokenOf("bob")}"), $"no terminal at which {id} could be shown");
        await RefusedAsync(team.RunAsync($"grant {id} --shown {new string('0', 64)} --token-file {team.TokenOf("bob")}"), "was not shown to you");
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
        Assert.Matches($"{id} +closed .*; granted by \"bob\" at 20.*: \"ticket 812\"", (await team.RunAsync("list --all")).Output);
        var listed = (await team.RunAsync("list --all")).Output;
        Assert.Contains("; revoked by \"ada\" at 20", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("denied by", listed, StringComparison.Ordinal);
        await RefusedAsync(team.RunAsync($"grant acc-0000000000 --shown {shown} --token-file {team.TokenOf("bob")}"), "there is no request acc-0000000000");
        var unreached = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "access", "list", "--state", "/nonexistent"));
        Assert.True(unreached.Code == 3 && !unreached.Errors.Contains("--host", StringComparison.Ordinal), unreached.Errors);
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
                policy:
                  - id: pay
                    permit: { subjects: [ada], servers: [billing], tools: [echo] }
                    access: { longest: 4h, grantedBy: { subjects: [ada, bob] } }
                """);
            return team;
        }

        /// <summary>Runs the command in a session without a terminal.</summary>
        public Task<(int Code, string Output, string Errors)> RunAsync(string arguments, string command = "access") =>
            InOwnSessionAsync($"{command} {arguments}");

        /// <summary>Runs the command with a terminal of its own, at which this word is typed.</summary>
        public Task<(int Code, string Text)> AtTerminalAsync(string answer, string arguments) => InTerminalAsync(answer, $"access {arguments}");

        /// <summary>Shows a request to a person, and returns the digest of what was shown.</summary>
        public async Task<string> ShownAsync(string id, string person)
        {
            using var view = JsonDocument.Parse((await RunAsync($"show {id} --json --token-file {TokenOf(person)}")).Output);
            return view.RootElement.GetProperty("access").GetProperty("shown").GetString()!;
        }

        /// <summary>Calls the tool as the agent of a person. Returns the text of the answer.</summary>
        public async Task<string> CallAsync(string person) => (await CallAsync(person, 1, "{}")).Text;

        /// <summary>Acts of the entries about rights, in their order.</summary>
        public IReadOnlyList<string> Acts() => [.. Entries("access.").Select(static entry => entry.GetProperty("act").GetString()!)];
    }
}
