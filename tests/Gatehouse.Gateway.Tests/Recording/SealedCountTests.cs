using System.Text.Json;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Verification;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>
/// A caller who opens a stream and is refused many times: the counted entry has the person sealed, and no answer has what is sealed.
/// </summary>
[Trait("Requirement", "DP-03")]
public sealed class SealedCountTests
{
    private const string Alice = "alice-canary-5523";

    // More than the log takes one by one from one caller.
    private const int Refusals = 330;

    // The attempt of the stream is counted before the first refusal, under the same key and another id.
    [Fact]
    public async Task RefusalsBehindAStream_AreCountedWithThePersonSealed_AndNoAnswerHasWhatIsSealed()
    {
        var answers = new List<string>();
        string state, streamId;
        await using (var gateway = await TestGateway.StartAsync(keepState: true, rules:
            [new PolicyRule { Id = "all", Who = new WhoClause { Subjects = new NameSet([Alice]) }, Directions = TestGateway.EveryDirection }]))
        {
            state = gateway.Host.State.Root;
            gateway.Upstream.On("subscriptions/listen", (context, _) => RecordingUpstream.Events(context, ": open\n\n"));
            streamId = await ListenAsync(gateway, answers);
            await RefuseAsync(gateway, answers);
        }

        var counted = Assert.Single(OpenedLog.Read(Path.Join(state, "audit"), TimeProvider.System), entry =>
            entry.TryGetProperty("act", out var act) && act.GetString() == "entries.joined" && entry.TryGetProperty("sub", out _));
        Assert.Equal(Alice, counted.GetProperty("sub").GetString());
        Assert.NotEqual(streamId, counted.GetProperty("id").GetString());
        Assert.Empty(PersonalFactsTests.Hits(Path.Join(state, "audit"), Alice));
        var raw = AuditLogReader.Read(Path.Join(state, "audit")).ToList();
        var boxes = raw.Where(entry => entry.TryGetProperty("personal", out _)).SelectMany(entry => entry.GetProperty("personal").EnumerateArray())
            .SelectMany(box => box.EnumerateObject()).Where(member => member.Value.ValueKind == JsonValueKind.String)
            .Select(member => member.Value.GetString()!).Where(text => text.Length >= 20).Distinct().ToList();
        Assert.True(boxes.Count >= 2, "the log has no sealed facts");
        Assert.Equal(Refusals + 1, answers.Count);
        Assert.All(answers, answer =>
        {
            Assert.DoesNotContain(Alice, answer, StringComparison.Ordinal);
            Assert.DoesNotContain(boxes, box => answer.Contains(box, StringComparison.Ordinal));
        });
        Directory.Delete(state, recursive: true);
    }

    private static async Task<string> ListenAsync(TestGateway gateway, List<string> answers)
    {
        using var response = await gateway.SendAsync(
            gateway.Modern("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}", token: gateway.Token(Alice)));
        answers.Add(response.Headers + await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await gateway.NothingUnderWayAsync();
        return gateway.EntriesWithEnded(1).Last(entry =>
            entry.TryGetProperty("method", out var method) && method.GetString() == "subscriptions/listen").GetProperty("id").GetString()!;
    }

    private static async Task RefuseAsync(TestGateway gateway, List<string> answers)
    {
        var token = gateway.Token(Alice);
        for (var i = 0; i < Refusals; i++)
        {
            using var response = await gateway.SendAsync(gateway.Post("{}", token));
            Assert.False(response.IsSuccessStatusCode);
            answers.Add(response.Headers + await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }
}
