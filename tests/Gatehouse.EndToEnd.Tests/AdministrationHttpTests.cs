using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>
/// The administration interface of <c>gatehouse serve</c>: a person grants a held call over HTTP, and the agent that has the same person's token for
/// MCP does not.
/// </summary>
[Trait("Requirement", "AZ-04")]
public sealed class AdministrationHttpTests
{
    [Fact]
    public async Task HeldCall_IsGrantedOverHttpByAPerson_AndNotByAnAgentOfThatPerson()
    {
        await using var team = await Team.StartAsync();
        var call = team.CallAsync();
        var id = "";
        await Eventually.TrueAsync(async () =>
        {
            var (_, list) = await team.ActAsync("approval.list", new { }, team.TokenOf("bob"));
            var open = list.GetProperty("result").GetProperty("approvals").EnumerateArray().ToList();
            if (open.Count == 1) id = open[0].GetProperty("id").GetString()!;
            return open.Count == 1;
        }, "the call waits");
        var (status, seen) = await team.ActAsync("approval.show", new { id }, team.TokenOf("bob"));
        Assert.Equal(HttpStatusCode.OK, status);
        var answer = new { id, shown = seen.GetProperty("result").GetProperty("shown").GetString() };
        Assert.Equal(HttpStatusCode.Unauthorized, (await team.ActAsync("approval.grant", answer, team.AgentToken("bob"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await team.ActAsync("approval.grant", answer, team.TokenOf("bob", client: "agent"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await team.ActAsync("approval.grant", answer, team.TokenOf("cyn"))).Status); // was shown nothing
        Assert.Equal(0, team.Calls);
        Assert.Equal(HttpStatusCode.OK, (await team.ActAsync("approval.grant", answer, team.TokenOf("bob"))).Status);
        Assert.Contains("\"result\"", (await call).Text, StringComparison.Ordinal);
        Assert.Equal(1, team.Calls);
        Assert.Contains($"administration {team.Url}", team.Output, StringComparison.Ordinal);
    }

    private sealed class Team(OutsideIssuer issuer, RecordingUpstream upstream) : TeamGateway(issuer, upstream)
    {
        private readonly HttpClient http = new();

        public string Url { get; } = $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";

        public static async Task<Team> StartAsync()
        {
            var upstream = await RecordingUpstream.StartAsync();
            upstream.OnResult("tools/call", """{"resultType":"complete","content":[{"type":"text","text":"done"}]}""");
            var team = new Team(await OutsideIssuer.StartAsync(), upstream);
            await team.ServeAsync("billing",
                $$"""
                administration: { http: { listen: { url: "{{team.Url}}" } } }
                policy:
                  - { id: pay, permit: { subjects: [ada] }, obligations: { approval: { expires: 15m } } }
                  - { id: leads, permit: { subjects: [bob, cyn], directions: [approvals] } }
                """);
            return team;
        }

        public Task<(int Status, string Text)> CallAsync() => CallAsync("ada", 1, "{\"amount\":10}");

        public async Task<(HttpStatusCode Status, JsonElement Body)> ActAsync(string act, object members, string tokenFile)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{Url}/v1/acts/{act}")
            { Content = new StringContent(JsonSerializer.Serialize(members), Encoding.UTF8, "application/json") };
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + await File.ReadAllTextAsync(tokenFile));
            using var answer = await http.SendAsync(request);
            return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
        }

        public override async ValueTask DisposeAsync()
        {
            http.Dispose();
            await base.DisposeAsync();
        }
    }
}
