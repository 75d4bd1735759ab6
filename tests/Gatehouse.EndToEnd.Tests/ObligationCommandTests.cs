using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>Acts of administration that wait for a second person, as the commands are delivered, on a gateway that is killed in between.</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed partial class ObligationCommandTests
{
    [Fact]
    public async Task Release_WaitsForASecondPerson_OverAKill_AndIsDoneOnce()
    {
        await using var team = await Team.StartAsync();
        var (made, _, contained) = await team.RunAsync($"contain server billing --reason r --token-file {team.TokenOf("root")}");
        Assert.True(made == 0, contained); // an emergency waits for no second person
        var release = $"release {ContainmentForm().Match(contained).Value} --reason 'over' --token-file {team.TokenOf("root")}";
        var (asked, _, said) = await team.RunAsync(release);
        Assert.True(asked == 1 && said.Contains("waits for a second person to grant this act", StringComparison.Ordinal), said);
        var id = ActForm().Match(said).Value;
        Assert.Contains($"gatehouse approval show {id} --token-file FILE --", said, StringComparison.Ordinal);
        Assert.DoesNotContain(team.TokenOf("root"), said, StringComparison.Ordinal); // the second person has a file of their own
        Assert.Contains("act \"release\" by \"root\"", (await team.RunAsync("approval list")).Output, StringComparison.Ordinal);
        var own = await team.ShownAsync(id, "root");
        await RefusedAsync(team, $"approval grant {id} --shown {own} --token-file {team.TokenOf("root")}", "you asked for this act yourself");
        await RefusedAsync(team, $"approval show {id} --token-file {team.TokenOf("eve")}", "eve may not answer for the act release");
        Assert.Contains("\"reason\": \"over\"", (await team.RunAsync($"approval show {id} --token-file {team.TokenOf("bob")}")).Output,
            StringComparison.Ordinal);
        var (typed, screen) = await team.AtTerminalAsync("yes", $"approval grant {id} --token-file {team.TokenOf("bob")}");
        Assert.True(typed == 0, screen);
        Assert.Contains("act \"release\" by \"root\" with exactly these parameters, once? Type yes", screen, StringComparison.Ordinal);
        await team.KillAndRestartAsync();
        Assert.Contains("granted", (await team.RunAsync("approval list")).Output, StringComparison.Ordinal);
        var (done, _, text) = await team.RunAsync(release);
        Assert.True(done == 0, text);
        Assert.Contains("nothing is contained", (await team.RunAsync("contain list")).Errors, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(Team team, string arguments, string why)
    {
        var (code, _, errors) = await team.RunAsync(arguments);
        Assert.True(code == 1 && errors.Contains(why, StringComparison.Ordinal), errors);
    }

    [GeneratedRegex("ctn-[0-9a-z]{10}")]
    private static partial Regex ContainmentForm();

    [GeneratedRegex("act-[0-9a-z]{10}")]
    private static partial Regex ActForm();

    // The people: root is the administrator, and bob the second person.
    private sealed class Team : TeamGateway
    {
        private Team(OutsideIssuer issuer, RecordingUpstream upstream)
            : base(issuer, upstream)
        {
        }

        public static async Task<Team> StartAsync()
        {
            var team = new Team(await OutsideIssuer.StartAsync(), await RecordingUpstream.StartAsync());
            await team.ServeAsync("billing",
                """
                administration:
                  who: { subjects: [root] }
                  obligations: [{ acts: [release], reason: required, secondPerson: { subjects: [root, bob] }, expires: 20m }]
                policy:
                  - id: staff
                    permit: { subjects: [ada] }
                """);
            return team;
        }

        /// <summary>Runs the command in a session without a terminal.</summary>
        public Task<(int Code, string Output, string Errors)> RunAsync(string arguments) => InOwnSessionAsync(arguments);

        /// <summary>Runs the command with a terminal of its own, at which this word is typed.</summary>
        public Task<(int Code, string Text)> AtTerminalAsync(string answer, string arguments) => InTerminalAsync(answer, arguments);

        /// <summary>Shows a question to a person, and returns the digest of what was shown.</summary>
        public async Task<string> ShownAsync(string id, string person)
        {
            using var view = JsonDocument.Parse((await RunAsync($"approval show {id} --json --token-file {TokenOf(person)}")).Output);
            return view.RootElement.GetProperty("approval").GetProperty("shown").GetString()!;
        }
    }
}
