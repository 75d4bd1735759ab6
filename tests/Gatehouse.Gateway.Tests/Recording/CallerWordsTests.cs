using System.Net;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Verification;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>
/// A refused caller writes a person's name in the place of a method, a tool or an HTTP method. No leaf has such words in clear; words that the
/// gateway knows stay in clear (DP-03).
/// </summary>
[Trait("Requirement", "DP-03")]
[Trait("NoRetry", "yes")]
public sealed class CallerWordsTests
{
    private const string Alice = "alice-of-caller-words";
    private const string Bob = "bob-of-caller-words";
    private const string Canary = "erika-mustermann-4711";

    // More than the log takes one by one from one caller.
    private const int Refusals = 330;

    private static WhoClause Names(params string[] subjects) => new() { Subjects = new NameSet(subjects) };

    private static Task<TestGateway> StartAsync(Func<GatewaySettings, GatewaySettings>? change = null) => TestGateway.StartAsync(
        settings => (change ?? (static one => one))(settings with
        {
            Administration = new AdministrationSettings
            {
                Who = Names("olga"),
                Reading = new ReadingSettings { All = Names("olga"), Erase = Names("olga") },
            },
        }),
        rules:
        [
            new PolicyRule { Id = "all", Who = Names(Alice), Directions = TestGateway.EveryDirection },
            new PolicyRule { Id = "echo", Who = Names(Bob), Tools = new NameSet(["echo"]) },
        ]);

    private static HttpRequestMessage Call(TestGateway gateway, string tool, string who = Alice) =>
        gateway.Modern("tools/call", $"\"name\":\"{tool}\",\"arguments\":{{}}", tool, gateway.Token(who));

    private static async Task<IReadOnlyList<JsonElement>> RawAsync(TestGateway gateway, int ended)
    {
        gateway.EntriesWithEnded(ended);
        await gateway.Host.Core.Services.Audit.PublishAsync();
        return [.. AuditLogReader.Read(gateway.Host.State.Audit).Where(static entry => entry.GetProperty("kind").GetString() == "ended")];
    }

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;

    [Theory]
    [InlineData("name")]
    [InlineData("method")]
    [InlineData("verb")]
    public async Task WordsOfARefusedCaller_AreInNoFile_FoundByAReaderWithTheKeys_AndGoneWithAnErasure(string field)
    {
        await using var gateway = await StartAsync();
        var request = field switch
        {
            "name" => Call(gateway, Canary),
            "method" => gateway.Modern(Canary, token: gateway.Token(Alice)),
            _ => Call(gateway, "echo"),
        };
        if (field == "verb") request.Method = new HttpMethod(Canary);
        var (_, _, response) = await gateway.CallAsync(request);
        Assert.NotNull(Text(gateway.EndedEntryOf(response), "code"));
        var entry = Assert.Single(await RawAsync(gateway, 1));
        Assert.Null(Text(entry, field));
        var found = await FindAsync(gateway, new EntryFilter { Text = field == "verb" ? null : Canary, Tool = field == "name" ? Canary : null });
        Assert.Equal(Canary, Text(Assert.Single(found), field));
        Assert.Contains(EntryStory.Of(found)[0].Fields, shown => shown.Name == field && shown.Text == Canary);
        Assert.Empty(PersonalFactsTests.Hits(gateway.Host.State.Root, Canary));
        if (field == "verb") return; // of a stranger: it ends with the retention of the month
        var erased = await PersonalFactsTests.AskAsync(gateway, "olga", new ErasePerson(Text(found[0], "iss")!, Alice, "request 4711"));
        Assert.True(erased.Ok, erased.Message);
        Assert.DoesNotContain(gateway.Entries(), one => one.GetRawText().Contains(Canary, StringComparison.Ordinal));
        var story = EntryStory.Of([.. gateway.Entries().Where(one => Text(one, "id") == Text(entry, "id"))]);
        Assert.Contains("destroyed", story[0].Fields.Single(shown => shown.Name == field).Text, StringComparison.Ordinal);
    }

    // The investigator's question "who tried this tool" is answered by the files also after an erasure.
    [Theory]
    [InlineData(Alice, "echo", null)]
    [InlineData(Bob, "secret", "denied")]
    public async Task ANameOfTheServersList_StaysInClear_AlsoWhereTheCallIsDenied(string who, string tool, string? denied)
    {
        await using var gateway = await StartAsync();
        await gateway.CallAsync(Call(gateway, tool, who));
        var entry = Assert.Single(await RawAsync(gateway, 1));
        Assert.Equal(("POST", "tools/call", tool), (Text(entry, "verb"), Text(entry, "method"), Text(entry, "name")));
        Assert.Equal(denied is not null, Text(entry, "code") is not null);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task AMethodOfHttp_StaysInClear(string verb)
    {
        await using var gateway = await StartAsync();
        var request = Call(gateway, "echo");
        request.Method = new HttpMethod(verb);
        if (verb is "GET" or "HEAD") request.Content = null;
        await gateway.CallAsync(request);
        Assert.Equal(verb, Text(Assert.Single(await RawAsync(gateway, 1)), "verb"));
    }

    // A stranger has no key of its own: the words are sealed under the key of all strangers of the month, with the address.
    [Fact]
    public async Task WordsOfAStranger_AreInNoFile()
    {
        await using var gateway = await StartAsync();
        var request = new HttpRequestMessage(new HttpMethod(Canary), gateway.Url);
        using var response = await gateway.SendAsync(request);
        Assert.False(response.IsSuccessStatusCode);
        var entry = Assert.Single(await RawAsync(gateway, 1));
        Assert.Null(Text(entry, "verb"));
        Assert.Equal(Canary, Text(gateway.Entries().Single(one => one.GetProperty("kind").GetString() == "ended"), "verb"));
        Assert.Empty(PersonalFactsTests.Hits(gateway.Host.State.Root, Canary));
    }

    // Beyond the rate refusals are counted in one entry, which has none of these words.
    [Fact]
    public async Task WordsOfCountedRefusals_AreInNoFile()
    {
        await using var gateway = await StartAsync();
        var token = gateway.Token(Alice);
        for (var i = 0; i < Refusals; i++)
        {
            using var response = await gateway.SendAsync(gateway.Modern(Canary, $"\"name\":\"{Canary}\"", token: token, headers: ("Mcp-Name", Canary)));
            Assert.NotEqual(HttpStatusCode.OK, response.StatusCode);
        }

        await gateway.NothingUnderWayAsync();
        await gateway.Host.Core.Services.Audit.PublishAsync();
        var written = AuditLogReader.Read(gateway.Host.State.Audit).Count(static entry => entry.GetProperty("kind").GetString() == "ended");
        Assert.InRange(written, 1, Refusals - 1);
        Assert.Empty(PersonalFactsTests.Hits(gateway.Host.State.Root, Canary));
    }

    private static async Task<IReadOnlyList<JsonElement>> FindAsync(TestGateway gateway, EntryFilter filter)
    {
        var reply = await PersonalFactsTests.AskAsync(gateway, "olga", new ReadLog(LogReading.Search, filter with { Limit = 10 }, "a test", false));
        Assert.True(reply.Ok, reply.Message);
        return [.. reply.As<LogPage>().Page.Entries.Where(static entry => entry.GetProperty("kind").GetString() == "ended")];
    }
}
