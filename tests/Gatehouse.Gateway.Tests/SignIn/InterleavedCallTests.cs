using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>Two people, two clients each, one server: no answer and no record belongs to another one than the caller.</summary>
[Trait("Requirement", "OB-01")]
[Trait("Requirement", "ST-01")]
public sealed class InterleavedCallTests
{
    private const int Calls = 10_000;
    private const int AtOnce = 32;

    [Fact]
    public async Task TenThousandCalls_OfFourGrants_GetTheirOwnAnswers()
    {
        await using var provider = await PeopleProvider.StartAsync();
        await using var gateway = await StartAsync(provider);
        gateway.Upstream.On("tools/call", (context, message) => RecordingUpstream.Json(context,
            $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"content\":[{{\"type\":\"text\","
            + $"\"text\":{message.GetProperty("params").GetProperty("arguments").GetProperty("word").GetRawText()}}}]}}}}"));
        var callers = await SignInAllAsync(gateway);
        var wrong = new ConcurrentQueue<string>();
        await Parallel.ForAsync(0, Calls, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) =>
        {
            var (name, token, session) = callers[number % callers.Count];
            var word = $"{name}-{number.ToString(CultureInfo.InvariantCulture)}";
            var (status, body, _) = await gateway.CallAsync(Request(gateway, number, word, token, session));
            if (status != HttpStatusCode.OK || Answer(body) != word) wrong.Enqueue($"{word}: {status} {body}");
        });
        Assert.Empty(wrong);
        RequireRecords(gateway);
    }

    private static string? Answer(JsonElement body) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty("result", out var result)
        ? result.GetProperty("content")[0].GetProperty("text").GetString() : null;

    private static async Task<List<(string Name, string Token, string Session)>> SignInAllAsync(TestGateway gateway)
    {
        var origin = gateway.Url.GetLeftPart(UriPartial.Authority);
        string[] clients = [await SignedInClient.RegisterAsync(origin, "Desk"), await SignedInClient.RegisterAsync(origin, "Phone")];
        List<(string, string, string)> callers = [];
        foreach (var client in clients)
        {
            foreach (var person in new[] { "alice", "bob" })
            {
                var token = (await SignedInClient.CreateAsync(gateway, person, clientId: client)).AccessToken;
                callers.Add(($"corp:{person}/{client}", token, await gateway.InitializeAsync(token)));
            }
        }

        return callers;
    }

    // Every other round of callers speaks the modern era.
    private static HttpRequestMessage Request(TestGateway gateway, int number, string word, string token, string session) => number / 4 % 2 == 0
        ? gateway.Modern("tools/call", $"\"name\":\"echo\",\"arguments\":{{\"word\":\"{word}\"}}", "echo", token)
        : gateway.Post($"{{\"jsonrpc\":\"2.0\",\"id\":{number},\"method\":\"tools/call\",\"params\":{{\"name\":\"echo\",\"arguments\":{{\"word\":\"{word}\"}}}}}}",
            token, ("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25"));

    private static void RequireRecords(TestGateway gateway)
    {
        var counts = gateway.EntriesWithEnded(Calls)
            .Where(entry => entry.GetProperty("kind").GetString() == "ended" && entry.TryGetProperty("method", out var method)
                && method.GetString() == "tools/call")
            .CountBy(entry => $"{entry.GetProperty("sub").GetString()} {entry.GetProperty("client").GetString()}").ToList();
        Assert.Equal(4, counts.Count);
        Assert.All(counts, one => Assert.Equal(Calls / 4, one.Value));
    }

    private static Task<TestGateway> StartAsync(PeopleProvider provider) => TestGateway.StartAsync(
        settings => settings with
        {
            AuthorizationServer = provider.Section,
            Limits = settings.Limits with { ConcurrencyPerCaller = AtOnce, CallerShare = 100 },
        },
        rules: [new PolicyRule { Id = "all", Who = new WhoClause { Subjects = new NameSet(["corp:alice", "corp:bob"]) }, Directions = TestGateway.EveryDirection }]);
}
