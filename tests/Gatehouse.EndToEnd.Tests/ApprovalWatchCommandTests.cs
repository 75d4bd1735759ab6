using System.Text.Json;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse approval list --watch</c> as it is delivered: questions appear, and change, as they do.</summary>
[Trait("Requirement", "AZ-04")]
public sealed class ApprovalWatchCommandTests
{
    [Fact]
    public async Task InAPipe_EachChangeIsOneObject_AndAnInterruptEndsWithZero()
    {
        await using var team = await Team.StartAsync();
        await using var watch = team.Watch("approval list --watch --json");
        await team.AskAsync(10);
        await Eventually.TrueAsync(() => Changes(watch).Count == 1, "the question appears");
        var id = Changes(watch)[0].Id;
        Assert.Equal(0, (await team.DenyAsync(id)).Code);
        await Eventually.TrueAsync(() => Changes(watch).Count == 2, "the denial appears");
        await team.AskAsync(11);
        await Eventually.TrueAsync(() => Changes(watch).Count == 3, "the second question appears");
        Assert.Equal(0, await watch.InterruptAsync());
        var changes = Changes(watch);
        Assert.Equal([("open", id), ("denied", id), ("open", changes[2].Id)], changes);
        Assert.NotEqual(id, changes[2].Id);
        Assert.DoesNotContain("secret note", watch.Text, StringComparison.Ordinal); // no arguments in a list
    }

    [Fact]
    public async Task AtATerminal_TheListIsDrawnAgain_AndCtrlCEndsWithZero()
    {
        if (!File.Exists("/usr/bin/script")) Assert.Skip("needs script(1)");
        await using var team = await Team.StartAsync();
        await using var watch = team.Watch("approval list --watch", atTerminal: true);
        await watch.WroteAsync("no question waits for a person");
        await team.AskAsync(10);
        await watch.WroteAsync("tools/call \"echo\" by \"ada\"");
        Assert.Contains("\u001b[H\u001b[2Jquestions at ", watch.Text, StringComparison.Ordinal);
        Assert.Equal(0, await watch.TypeInterruptAsync());
    }

    [Fact]
    public async Task WhenTheGatewayGoesAway_TheCommandEndsAndSaysSo()
    {
        await using var team = await Team.StartAsync();
        await using var watch = team.Watch("approval list --watch");
        await team.AskAsync(10);
        await watch.WroteAsync("tools/call \"echo\" by \"ada\"");
        await team.KillAsync();
        Assert.Equal(3, await watch.EndedAsync());
        Assert.Contains("gatehouse: ", watch.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[", watch.Text, StringComparison.Ordinal); // a pipe gets no control sequences
    }

    // A pipe gives a line in parts. Only what a line break ends is a change.
    private static List<(string Change, string Id)> Changes(LiveCommand watch) =>
    [
        .. watch.Text.Split('\n')[..^1].Select(static line =>
        {
            var change = JsonSerializer.Deserialize<JsonElement>(line).GetProperty("approvalChange");
            return (change.GetProperty("change").GetString()!, change.GetProperty("approval").GetProperty("id").GetString()!);
        }),
    ];

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
            await team.ServeAsync("billing",
                """
                administration: { who: { subjects: [root] } }
                approvals: { hold: 0s }
                policy:
                  - id: pay
                    permit: { subjects: [ada], servers: [billing], tools: [echo] }
                    obligations: { approval: { strength: approval } }
                  - id: pay-approvers
                    permit: { subjects: [bob], servers: [billing], tools: [echo], directions: [approvals] }
                """);
            return team;
        }

        public LiveCommand Watch(string words, bool atTerminal = false) => Stay(words, atTerminal);

        public async Task AskAsync(int amount) => Assert.Contains(
            "GH4204", (await CallAsync("ada", amount, $"{{\"amount\":{amount},\"note\":\"secret note\"}}")).Text, StringComparison.Ordinal);

        public async Task<(int Code, string Output, string Errors)> DenyAsync(string id)
        {
            var token = TokenOf("bob");
            var (_, view, _) = await InOwnSessionAsync($"approval show {id} --json --token-file {token}");
            using var document = JsonDocument.Parse(view);
            var shown = document.RootElement.GetProperty("approval").GetProperty("shown").GetString();
            return await InOwnSessionAsync($"approval deny {id} --token-file {token} --shown {shown}");
        }
    }
}
