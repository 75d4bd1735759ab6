using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse approval grant --remember</c> and <c>forget</c> as they are delivered, over a kill of the gateway.</summary>
[Trait("Requirement", "AZ-04")]
public sealed partial class RememberCommandTests
{
    [Fact]
    public async Task AnswerForAFolder_HoldsForLaterCalls_UntilItIsForgotten()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script of util-linux, which makes a terminal, is not there");
        await using var team = await Team.StartAsync();
        Assert.Contains("GH4204", await team.CallAsync("/data/a/first"), StringComparison.Ordinal);
        var id = await team.IdAsync("apr");
        var token = $"--token-file {team.TokenOf("bob")}";

        // Nothing changes where the words or the folder are wrong.
        foreach (var (words, why) in new[]
        {
            ("--remember everything", "does not say what is remembered"), ("--for 8h", "--for needs --remember"),
            ("--remember under:/data/b", "not in this folder"), ("--remember under:/data/a/../a", "not an absolute path or URI"),
            ("--remember under:/data/a --for 9h", "at most 8 h"),
        })
        {
            var refused = await team.AtTerminalAsync("yes", $"approval grant {id} {words} {token}");
            Assert.True(refused.Code != 0 && refused.Text.Contains(why, StringComparison.Ordinal), refused.Text);
        }

        var (code, shown) = await team.AtTerminalAsync("yes", $"approval grant {id} --remember under:/data/a --for 2h {token}");
        Assert.True(code == 0, shown);
        Assert.Contains("yes, for 2 h after the grant", shown, StringComparison.Ordinal);
        Assert.Matches("remembered as rem-[a-z0-9]{10} until 20", shown);
        Assert.Contains("\"result\"", await team.CallAsync("/data/a/first"), StringComparison.Ordinal);
        Assert.Contains("\"result\"", await team.CallAsync("/data/a/second"), StringComparison.Ordinal);
        var remembered = await team.IdAsync("rem");
        Assert.Matches(
            $"{remembered} +remembered .*\"echo\" with \"file\" in \"/data/a\" by \"ada\" with \"agent\"; until 20.*, 1 use since the start",
            (await team.RunAsync("approval list")).Output);
        await team.KillAndRestartAsync();
        Assert.Contains("\"result\"", await team.CallAsync("/data/a/third"), StringComparison.Ordinal);
        Assert.Contains("GH4204", await team.CallAsync("/data/ab"), StringComparison.Ordinal);
        Assert.Contains("GH4204", await team.CallAsync("/data/a/../b"), StringComparison.Ordinal);

        var stranger = await team.WithoutTerminalAsync($"approval forget {remembered} --token-file {team.TokenOf("eve")}");
        Assert.True(stranger.Code == 1 && stranger.Text.Contains("may not answer questions", StringComparison.Ordinal), stranger.Text);
        var forgotten = await team.WithoutTerminalAsync($"approval forget {remembered} {token} --reason moved");
        Assert.True(forgotten.Code == 0 && forgotten.Text.Contains($"{remembered} is forgotten", StringComparison.Ordinal), forgotten.Text);
        Assert.Contains("GH4204", await team.CallAsync("/data/a/fourth"), StringComparison.Ordinal);
        Assert.Equal(3, team.Calls);
        Assert.Equal((1, 2, 1), (team.Acts("approval.remembered"), team.Acts("approval.reused"), team.Acts("approval.forgotten")));
    }

    [Fact]
    public async Task WithoutATerminal_TheDigestCoversWhatIsRemembered()
    {
        await using var team = await Team.StartAsync();
        Assert.Contains("GH4204", await team.CallAsync("/data/a/first"), StringComparison.Ordinal);
        var (id, token) = (await team.IdAsync("apr"), $"--token-file {team.TokenOf("bob")}");
        using var view = JsonDocument.Parse((await team.RunAsync($"approval show {id} --json --remember arguments --for 1h {token}")).Output);
        var shown = view.RootElement.GetProperty("approval").GetProperty("shown").GetString()!;
        foreach (var words in new[] { "", "--remember under:/data/a --for 1h", "--remember arguments --for 2h" })
        {
            var other = await team.WithoutTerminalAsync($"approval grant {id} {words} {token} --shown {shown}");
            Assert.True(other.Code == 1 && other.Text.Contains("was not shown to you", StringComparison.Ordinal), other.Text);
        }

        var granted = await team.WithoutTerminalAsync($"approval grant {id} --remember arguments --for 1h {token} --shown {shown}");
        Assert.True(granted.Code == 0 && granted.Text.Contains("remembered as rem-", StringComparison.Ordinal), granted.Text);
    }

    // The verb is the act of a grant with a wish, and the wish is mandatory.
    [Fact]
    public async Task RememberVerb_GrantsAndRemembers_AndTakesNoLessThanAWish()
    {
        await using var team = await Team.StartAsync();
        Assert.Contains("GH4204", await team.CallAsync("/data/a/first"), StringComparison.Ordinal);
        var (id, token) = (await team.IdAsync("apr"), $"--token-file {team.TokenOf("bob")}");
        foreach (var words in new[] { "", "--for 1h", "--arguments --under /data/a" })
        {
            var refused = await team.WithoutTerminalAsync($"approval remember {id} {words} {token}");
            Assert.True(refused.Code != 0 && refused.Text.Contains("say what is remembered", StringComparison.Ordinal), refused.Text);
        }

        using var view = JsonDocument.Parse((await team.RunAsync($"approval show {id} --json --remember under:/data/a --for 1h {token}")).Output);
        var shown = view.RootElement.GetProperty("approval").GetProperty("shown").GetString()!;
        var other = await team.WithoutTerminalAsync($"approval remember {id} --arguments --for 1h {token} --shown {shown}");
        Assert.True(other.Code == 1 && other.Text.Contains("was not shown to you", StringComparison.Ordinal), other.Text);
        var granted = await team.WithoutTerminalAsync($"approval remember {id} --under /data/a --for 1h {token} --shown {shown}");
        Assert.True(granted.Code == 0 && granted.Text.Contains("remembered as rem-", StringComparison.Ordinal), granted.Text);
        Assert.Contains("\"result\"", await team.CallAsync("/data/a/second"), StringComparison.Ordinal);
        Assert.Equal((1, 1), (team.Acts("approval.remembered"), team.Acts("approval.reused")));
    }

    private sealed class Team : TeamGateway
    {
        private int last;

        private Team(OutsideIssuer issuer, RecordingUpstream upstream)
            : base(issuer, upstream)
        {
        }

        public static async Task<Team> StartAsync()
        {
            var upstream = await RecordingUpstream.StartAsync();
            upstream.OnResult("tools/call", """{"resultType":"complete","content":[{"type":"text","text":"read"}]}""");
            var team = new Team(await OutsideIssuer.StartAsync(), upstream);
            await team.ServeAsync("files",
                """
                administration: { who: { subjects: [root] } }
                approvals: { hold: 0s }
                policy:
                  - id: read
                    permit: { subjects: [ada], servers: [files], tools: [echo] }
                    obligations: { approval: { remember: "path:file", rememberFor: 8h } }
                  - id: read-approvers
                    permit: { subjects: [bob], servers: [files], tools: [echo], directions: [approvals] }
                """);
            return team;
        }

        public async Task<string> CallAsync(string file) => (await CallAsync("ada", ++last, $"{{\"file\":\"{file}\"}}")).Text;

        /// <summary>Returns the only id with a prefix in the list.</summary>
        public async Task<string> IdAsync(string prefix) => Ids().Matches((await RunAsync("approval list")).Output)
            .Select(static match => match.Value).Single(id => id.StartsWith(prefix, StringComparison.Ordinal));

        public int Acts(string act) => Entries(act).Count();

        public Task<(int Code, string Output, string Errors)> RunAsync(string words) => InSessionAsync(words);

        public Task<(int Code, string Text)> AtTerminalAsync(string answer, string words) => InTerminalAsync(answer, words);

        public async Task<(int Code, string Text)> WithoutTerminalAsync(string words)
        {
            var (code, output, errors) = await InOwnSessionAsync(words);
            return (code, output + errors);
        }
    }

    [GeneratedRegex("(apr|rem)-[a-z0-9]{10}")]
    private static partial Regex Ids();
}
