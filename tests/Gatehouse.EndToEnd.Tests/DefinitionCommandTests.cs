using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>A withheld definition of a gateway is approved by two people: by <c>approval grant</c>, and by <c>lock approve --gateway</c>.</summary>
[Trait("Requirement", "TP-03")]
public sealed partial class DefinitionCommandTests
{
    [Fact]
    public async Task TwoAdministrators_ApproveADefinition_EachByAnotherCommand()
    {
        await using var team = await Team.StartAsync();
        Assert.DoesNotContain("\"result\"", await team.CallAsync(1), StringComparison.Ordinal);
        var id = Id().Match((await team.RunAsync("approval list")).Output.Split('\n').Single(
            static line => line.Contains("tool/echo", StringComparison.Ordinal))).Value;
        var (root, eve) = ($"--token-file {team.TokenOf("root")}", $"--token-file {team.TokenOf("eve")}");
        using var view = JsonDocument.Parse((await team.RunAsync($"approval show {id} --json {root}")).Output);
        var shown = view.RootElement.GetProperty("approval").GetProperty("shown").GetString()!;
        var other = await team.RunAsync($"approval grant {id} {root} --shown {new string('0', 64)} --reason ticket-1");
        Assert.True(other.Code == 1 && other.Text.Contains("was not shown to you", StringComparison.Ordinal), other.Text);
        var first = await team.RunAsync($"approval grant {id} {root} --shown {shown} --reason ticket-1");
        Assert.True(first.Code == 0 && first.Text.Contains("approved by 1 of 2", StringComparison.Ordinal), first.Text);

        // The second person sees who approved it, when and why.
        var listed = (await team.RunAsync("approval list")).Output.Split('\n').Single(line => line.Contains(id, StringComparison.Ordinal));
        Assert.Matches("1 of 2 .*definition \"tool/echo\"; granted by \"root\" at 20[^:]+:..:..Z: \"ticket-1\"", listed);
        Assert.Matches("answer +granted by \"root\" at 20", (await team.RunAsync($"approval show {id} {eve}")).Output);
        var same = await team.RunAsync($"lock approve --gateway notes/tool/echo {root} --reason ticket-2");
        Assert.NotEqual(0, same.Code); // the same person by another command
        Assert.DoesNotContain("\"result\"", await team.CallAsync(2), StringComparison.Ordinal);
        var second = await team.RunAsync($"lock approve --gateway notes/tool/echo {eve} --reason ticket-2");
        Assert.True(second.Code == 0 && second.Text.Contains("callers see it from now on", StringComparison.Ordinal), second.Text);
        Assert.Contains("\"result\"", await team.CallAsync(3), StringComparison.Ordinal);
    }

    private sealed class Team : TeamGateway
    {
        private Team(OutsideIssuer issuer, RecordingUpstream upstream)
            : base(issuer, upstream)
        {
        }

        public static async Task<Team> StartAsync()
        {
            var upstream = await RecordingUpstream.StartAsync();
            var team = new Team(await OutsideIssuer.StartAsync(), upstream);
            await team.ServeAsync("notes",
                """
                administration: { who: { subjects: [root, eve] } }
                lock: { firstUse: refuse, approvers: 2 }
                policy:
                  - id: read
                    permit: { subjects: [ada], servers: [notes], tools: [echo] }
                """);
            return team;
        }

        public async Task<string> CallAsync(int id) => (await CallAsync("ada", id, "{}")).Text;

        /// <summary>Runs the command in a session without a terminal.</summary>
        public async Task<(int Code, string Output, string Text)> RunAsync(string words)
        {
            var (code, output, errors) = await InOwnSessionAsync(words);
            return (code, output, output + errors);
        }
    }

    [GeneratedRegex("def-[0-9a-f]{10}")]
    private static partial Regex Id();
}
