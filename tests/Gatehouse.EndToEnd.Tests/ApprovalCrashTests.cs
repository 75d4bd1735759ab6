using System.Globalization;
using System.Text.Json;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>
/// A gateway that is killed between the grant of a call and its end. A grant is used up before the call leaves, and that is durable: the server sees
/// the call at most once, whatever the client sends after the start.
/// </summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class ApprovalCrashTests
{
    private const int Amount = 10;

    // Killed before anything used the grant: it still lets one call pass.
    [Fact]
    public async Task KilledAfterTheGrant_TheCallPassesOnceAfterTheStart()
    {
        await using var team = await Team.StartAsync();
        var id = await team.GrantedAsync(Amount);
        await team.KillAndRestartAsync();
        Assert.Contains("\"result\"", await team.SendAsync(Amount), StringComparison.Ordinal);
        Assert.Contains("GH4204", await team.SendAsync(Amount), StringComparison.Ordinal);
        Assert.Equal((1, 1), (team.Seen(Amount), team.Spent(id)));
    }

    // The grant is used. Whether or not the bytes of the call have left the gateway, the server's program does not read them.
    [Fact]
    public async Task KilledAfterTheGrantWasUsed_AndBeforeTheServerReadTheCall_TheServerNeverSeesIt()
    {
        await using var team = await Team.StartAsync();
        var id = await team.GrantedAsync(Amount);
        team.Reads = false;
        var call = team.TrySendAsync(Amount);
        await Eventually.TrueAsync(() => team.Spent(id) == 1, "the entry about the use of the grant is written");
        await team.KillAndRestartAsync();
        Assert.Null(await call);
        team.Reads = true;
        Assert.Contains("GH4204", await team.SendAsync(Amount), StringComparison.Ordinal);
        Assert.Equal((0, 1), (team.Seen(Amount), team.Spent(id)));
    }

    // The server has the call and does not answer.
    [Fact]
    public async Task KilledAfterTheCallLeft_TheServerSeesItOnce()
    {
        await using var team = await Team.StartAsync();
        var id = await team.GrantedAsync(Amount);
        team.Holds = true;
        var call = team.TrySendAsync(Amount);
        await Eventually.TrueAsync(() => team.Seen(Amount) == 1, "the server has the call");
        await team.KillAndRestartAsync();
        Assert.Null(await call);
        team.Holds = false;
        Assert.Contains("GH4204", await team.SendAsync(Amount), StringComparison.Ordinal);
        Assert.Equal((1, 1), (team.Seen(Amount), team.Spent(id)));
    }

    private sealed class Team : TeamGateway
    {
        private readonly RecordingUpstream server;

        private Team(OutsideIssuer issuer, RecordingUpstream upstream)
            : base(issuer, upstream)
        {
            server = upstream;
            Prepare(upstream);
        }

        /// <summary>True while the server answers no call.</summary>
        public bool Holds { get; set; }

        public static async Task<Team> StartAsync()
        {
            var team = new Team(await OutsideIssuer.StartAsync(), await RecordingUpstream.StartAsync());
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

        /// <summary>False while the server reads no call. It answers what else the gateway asks.</summary>
        public bool Reads
        {
            set => server.Unread = value ? null : "tools/call";
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await server.DisposeAsync();
        }

        public int Seen(int amount) => server.Of("tools/call").Count(request =>
            request.Text.Contains($"\"amount\":{amount.ToString(CultureInfo.InvariantCulture)}}}", StringComparison.Ordinal));

        /// <summary>Number of entries that a grant was used.</summary>
        // A kill between an entry and its note in the store has the entry written again, as recovered.
        public int Spent(string id) => Entries("approval.spent").Count(entry => entry.GetRawText().Contains(id, StringComparison.Ordinal)
            && !entry.TryGetProperty("recovered", out _));

        private void Prepare(RecordingUpstream upstream) => upstream.On("tools/call", async (context, message) =>
        {
            if (Holds) await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
            var id = message.GetProperty("id").GetRawText();
            await RecordingUpstream.Json(context, $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{\"resultType\":\"complete\",\"content\":[]}}}}");
        });

        /// <summary>Asks about a call and grants it, and returns the id of the question.</summary>
        public async Task<string> GrantedAsync(int amount)
        {
            Assert.Contains("GH4204", await SendAsync(amount), StringComparison.Ordinal);
            var (_, list, _) = await InOwnSessionAsync("approval list --json");
            using var open = JsonDocument.Parse(list);
            var id = open.RootElement.GetProperty("approvals").EnumerateArray()
                .Single(static one => one.GetProperty("state").GetString() == "open").GetProperty("id").GetString()!;
            var token = TokenOf("bob");
            var (_, view, _) = await InOwnSessionAsync($"approval show {id} --json --token-file {token}");
            using var document = JsonDocument.Parse(view);
            var shown = document.RootElement.GetProperty("approval").GetProperty("shown").GetString();
            var (code, output, errors) = await InOwnSessionAsync($"approval grant {id} --token-file {token} --shown {shown}");
            Assert.True(code == 0, output + errors);
            return id;
        }

        public async Task<string> SendAsync(int amount) => (await CallAsync("ada", amount, $"{{\"amount\":{amount}}}")).Text;

        /// <summary>Sends a call. Returns null where the process ended before its answer.</summary>
        public async Task<string?> TrySendAsync(int amount)
        {
            try
            {
                return await SendAsync(amount);
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }
    }
}
