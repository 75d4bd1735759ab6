using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Identity.Tokens;
using Gatehouse.Policy;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Access;

/// <summary>A person asks for a right, another one grants it: who may, for how long, and what is shown and recorded (AZ-04).</summary>
[Trait("Requirement", "AZ-04")]
public sealed class AccessActTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RightThatAnotherPersonGrants_PermitsCallsAndLists_AndNothingBefore(bool modern)
    {
        await using var gateway = await AccessGateway.StartAsync();
        var (alice, bob) = (await gateway.BeginAsync(modern), await gateway.BeginAsync(modern, "bob"));
        Assert.False(await AccessGateway.CallsAsync(alice));
        Assert.Empty(await ToolsAsync(alice));
        var id = await gateway.AskAsync();
        Assert.False(await AccessGateway.CallsAsync(alice)); // asked is not granted
        Assert.Empty(gateway.Forwarded);
        var granted = await gateway.LookAndAnswerAsync(id);
        Assert.Null(granted.Refusal?.Why);
        Assert.StartsWith($"{id} is granted: the right is active, until ", granted.Result!.Sentence, StringComparison.Ordinal);
        Assert.True(await AccessGateway.CallsAsync(alice));
        Assert.Equal(["echo"], await ToolsAsync(alice));
        Assert.False(await AccessGateway.CallsAsync(bob)); // of that person alone
        Assert.Single(gateway.Forwarded);
        Assert.Equal(["requested", "granted"], gateway.Acts());
        // The digest of person and rule is the same in each month, so it is in no leaf in clear.
        await gateway.Gateway.Host.Core.Services.Audit.PublishAsync();
        var digests = gateway.Gateway.Entries().Where(static one => one.TryGetProperty("keyedDigest", out _))
            .Select(static one => one.GetProperty("keyedDigest").GetString()!).Distinct().ToArray();
        Assert.Single(digests);
        Assert.Empty(Recording.PersonalFactsTests.Hits(gateway.Gateway.Host.State.Audit, digests));
    }

    [Fact]
    public async Task Approver_IsShownAllThatWouldBeGranted()
    {
        await using var gateway = await AccessGateway.StartAsync();
        var asked = await gateway.RequestAsync(seconds: 5400, reason: "ticket \"812\" \u202e");
        var id = asked.Result!.Id;
        Assert.Matches("^acc-[0-9a-z]{10} waits for another person to grant it, until ", asked.Result.Sentence);
        var row = Assert.Single(await gateway.QuestionsAsync()); // the one list of questions
        Assert.Equal((id, "access", "open", "alice", 5400L), (row.Id, row.Kind, row.State, row.Caller, row.Lasts));
        Assert.Equal(["write"], row.Rules);
        Assert.Null(row.Lines);
        var seen = (await gateway.ShowAsync(id, "carol")).Result!;
        Assert.Contains("right       write", seen.Lines!);
        Assert.Contains($"for         alice of {gateway.Issuer}, with whatever client", seen.Lines!);
        Assert.Contains("lasts       1 h 30 min from the grant", seen.Lines!);
        Assert.Contains("asked with  client desk", seen.Lines!);
        Assert.Equal("reason      \"ticket \\\"812\\\" \\u{202E}\"", seen.Lines![^1]); // a long one moves nothing off the screen
        Assert.Contains("                  longest: 4h", seen.Lines!);
        Assert.Contains("people      1 person must grant", seen.Lines!);
        Assert.Equal(64, seen.Shown!.Length);
    }

    [Fact]
    public async Task NobodyGrantsTheirOwnRequest_AndOnlyThoseWhomTheRuleNamesSeeIt()
    {
        await using var gateway = await AccessGateway.StartAsync();
        var id = await gateway.AskAsync(); // alice is one of those who may grant
        Assert.Equal("approver-is-requester", (await gateway.LookAndAnswerAsync(id, "alice")).Refusal?.Why);
        Assert.Equal("no-right-to-grant", (await gateway.ShowAsync(id, "bob")).Refusal?.Why);
        var seen = (await gateway.ShowAsync(id, "carol")).Result!;
        Assert.Equal("no-right-to-grant", (await gateway.AnswerAsync(seen, "bob")).Refusal?.Why);
        Assert.Equal("not-shown", (await gateway.AnswerAsync(seen, "dora")).Refusal?.Why); // dora has not seen it
        Assert.False(await AccessGateway.CallsAsync(await gateway.BeginAsync()));
        Assert.Equal(["requested"], gateway.Acts());
        Assert.Null((await gateway.LookAndAnswerAsync(id, "alice", grants: false)).Refusal?.Why); // to give it up is harmless
        Assert.Equal(["requested", "denied"], gateway.Acts());
    }

    [Theory]
    [InlineData("mallory", "write", 300, "r", "not-eligible")]
    [InlineData("alice", "nothing", 300, "r", "not-eligible")]
    [InlineData("alice", "others", 300, "r", "not-eligible")] // a rule without terms
    [InlineData("alice", "write", 14401, "r", "long-duration")]
    [InlineData("alice", "write", 59, "r", "no-duration")]
    [InlineData("alice", "write", 86401, "r", "no-duration")]
    [InlineData("alice", "a b", 300, "r", "no-rule")]
    [InlineData("alice", "write", 300, " ", null)]
    public async Task WhatThePolicyDoesNotName_CannotBeAskedFor(string person, string rule, int seconds, string reason, string? why)
    {
        await using var gateway = await AccessGateway.StartAsync();
        var outcome = await gateway.RequestAsync(person, rule, seconds, reason);
        Assert.NotNull(outcome.Refusal);
        if (why is not null) Assert.Equal(why, outcome.Refusal.Why);
        Assert.Empty(await gateway.ListAsync());
        Assert.Empty(gateway.Acts());
    }

    // Threat: an agent asks in the person's name, with the token of its calls or without one.
    [Fact]
    public async Task RequestNeedsATokenOfThePerson_ForAdministrationAlone()
    {
        await using var gateway = await AccessGateway.StartAsync();
        Assert.Equal("token: AudienceMismatch", (await gateway.RequestAsync(audience: gateway.Gateway.Url.ToString())).Refusal!.Why);
        Assert.NotNull((await gateway.DoAsync(new RequestAccess("write", 300, "r"))).Refusal);
        Assert.Empty(gateway.Acts());
    }

    // Threat: an agent holds what the client of its calls holds, and so a token of the right person for administration.
    [Fact]
    public async Task ClientThatMakesCalls_NeitherAsksNorGrants()
    {
        const string calls = "tests"; // the client of alice's calls
        await using var gateway = await AccessGateway.StartAsync();
        await AccessGateway.CallsAsync(await gateway.BeginAsync());
        var asked = await gateway.DoAsync(new RequestAccess("write", 300, "r"), gateway.Credentials("alice", client: calls));
        Assert.Equal("way-of-calls", asked.Refusal?.Why);
        var id = await gateway.AskAsync();
        var agent = gateway.Credentials("carol", client: calls);
        var seen = (await gateway.DoAsync(new ShowApproval(id), agent)).Result!;
        var granted = await gateway.DoAsync(new AnswerApproval(id, true, seen.Digest, seen.Shown!, "r"), agent);
        Assert.Equal("way-of-calls", granted.Refusal?.Why);
        Assert.Empty(gateway.Gateway.Host.Core.Services.Access.All);
        Assert.Null((await gateway.LookAndAnswerAsync(id)).Refusal?.Why); // another client of the same person
    }

    [Fact]
    public void CallingClients_HaveABound_AndBeyondItEveryClientIsOne()
    {
        var clients = new CallingClients();
        for (var at = 0; at < CallingClients.MostClients; at++)
        {
            Assert.False(clients.Has(Token("desk")));
            clients.Note(Token($"client {at}", $"person {at}"));
        }

        Assert.True(clients.Has(Token("client 0")));
        Assert.True(clients.Has(Token("desk")));
        Assert.False(clients.Has(Token(null)));
    }

    // One person calls with as many clients as there is room for.
    [Fact]
    public void CallingClients_OfOnePerson_TakeNoRoomOfOthers()
    {
        var clients = new CallingClients();
        for (var at = 1; at < CallingClients.MostClients / 2; at++) clients.Note(Token($"client {at}"));
        Assert.False(clients.Has(Token("desk")));
        for (var at = 0; at < CallingClients.MostOfPerson - 1; at++) clients.Note(Token($"client of bob {at}", "bob"));
        Assert.False(clients.Has(Token("desk", "bob")));
        for (var at = 0; at < CallingClients.MostClients; at++) clients.Note(Token($"further {at}"));
        Assert.True(clients.Has(Token("desk"))); // every client of that person
        Assert.False(clients.Has(Token("desk", "bob")));
        clients.Note(Token("desk", "bob"));
        Assert.True(clients.Has(Token("desk", "bob")));
    }

    [Theory]
    [InlineData("up", false)]
    [InlineData("elsewhere", true)]
    public async Task PersonWhomThePolicyForbidsToApprove_GrantsNoRightForThatServer(string server, bool grants)
    {
        var forbid = new PolicyRule
        {
            Id = "conflict",
            Forbids = true,
            Who = new WhoClause { Subjects = new NameSet(["carol"]) },
            Servers = new NameSet([server]),
            Directions = [PolicyDirection.Approvals],
        };
        await using var gateway = await AccessGateway.StartAsync(rules: [AccessGateway.Right, AccessGateway.Others, forbid]);
        var id = await gateway.AskAsync();
        Assert.Equal(grants ? null : "no-right-to-grant", (await gateway.ShowAsync(id, "carol")).Refusal?.Why);
        Assert.Null((await gateway.LookAndAnswerAsync(id, "dora")).Refusal?.Why);
    }

    [Fact]
    public async Task OneRequestOfAPersonAndRight_AndNoSecondOneWhileItIsActive()
    {
        await using var gateway = await AccessGateway.StartAsync();
        var id = await gateway.AskAsync();
        var again = await gateway.RequestAsync();
        Assert.Equal("there-already", again.Refusal?.Why);
        Assert.Contains(id, again.Refusal!.Message, StringComparison.Ordinal);
        await gateway.LookAndAnswerAsync(id);
        Assert.Contains("you have this right already", (await gateway.RequestAsync()).Refusal!.Message, StringComparison.Ordinal);
        Assert.NotEqual(id, await gateway.AskAsync("bob"));
    }

    [Fact]
    public async Task OpenRequests_HaveABoundOfThePerson_WhichCallsDoNotUse()
    {
        var rules = Enumerable.Range(0, 3).Select(at => AccessGateway.Right with { Id = $"write{at}" });
        await using var gateway = await AccessGateway.StartAsync(rules: [.. rules, AccessGateway.Others],
            change: settings => settings with { Approvals = settings.Approvals with { OpenPerCaller = 2 } });
        Assert.Null((await gateway.RequestAsync(rule: "write0")).Refusal);
        Assert.Null((await gateway.RequestAsync(rule: "write1")).Refusal);
        Assert.Equal("too-many", (await gateway.RequestAsync(rule: "write2")).Refusal?.Why);
        Assert.Null((await gateway.RequestAsync("bob", "write2")).Refusal);
    }

    [Fact]
    public async Task TwoPeople_WhereTheRuleSaysSo_AndOneDenialDecides()
    {
        var two = AccessGateway.Right with { Access = AccessGateway.Right.Access! with { Approvers = 2 } };
        await using var gateway = await AccessGateway.StartAsync(rules: [two, AccessGateway.Others]);
        var alice = await gateway.BeginAsync();
        var id = await gateway.AskAsync();
        Assert.False((await gateway.LookAndAnswerAsync(id, "carol")).Result!.IsDecided);
        Assert.False(await AccessGateway.CallsAsync(alice));
        Assert.Equal("same-person", (await gateway.LookAndAnswerAsync(id, "carol")).Refusal?.Why);
        Assert.True((await gateway.LookAndAnswerAsync(id, "dora")).Result!.IsDecided);
        Assert.True(await AccessGateway.CallsAsync(alice));
        var other = await gateway.AskAsync("bob");
        Assert.Null((await gateway.LookAndAnswerAsync(other, "dora", grants: false)).Refusal);
        Assert.Equal("answered-already", (await gateway.LookAndAnswerAsync(other, "carol")).Refusal?.Why);
        Assert.Equal(["requested", "granted", "granted", "requested", "denied"], gateway.Acts());
        Assert.Equal(["1", "2"], gateway.Entries().Where(static one => one.TryGetProperty("granted", out _)).Take(2)
            .Select(static one => one.GetProperty("granted").GetString()));
    }

    [Fact]
    public async Task AForbid_WinsOverTheRight()
    {
        var forbid = new PolicyRule { Id = "stop", Forbids = true, Tools = AccessGateway.Right.Tools };
        await using var gateway = await AccessGateway.StartAsync(rules: [forbid, AccessGateway.Right, AccessGateway.Others]);
        await gateway.GrantedAsync();
        Assert.False(await AccessGateway.CallsAsync(await gateway.BeginAsync()));
        Assert.Empty(gateway.Forwarded);
    }

    // In --dev a confirmation at the terminal stands for the one person who answers questions about calls. A right has no such person.
    [Fact]
    public async Task WithoutAToken_NobodySeesOrGrants()
    {
        await using var gateway = await AccessGateway.StartAsync();
        var id = await gateway.AskAsync();
        Assert.Equal("no-token", (await gateway.DoAsync(new ShowApproval(id))).Refusal?.Why);
    }

    [Fact]
    public async Task WeakSignIn_OfAnApproverIsRefused_WithTheStrengthThatIsNeeded()
    {
        await using var gateway = await AccessGateway.StartAsync(change: settings => settings with
        { Administration = settings.Administration with { Strengths = ["mfa"] } });
        var asked = await gateway.RequestAsync();
        Assert.Equal(RequiredAuthentication.Error, asked.Refusal?.Why);
        Assert.Equal("not-eligible", (await gateway.RequestAsync("mallory")).Refusal?.Why); // a stranger gets no hint
    }

    [Fact]
    public async Task Entries_NameTheActs_AndHaveNoPersonInClear()
    {
        await using var gateway = await AccessGateway.StartAsync();
        var id = await gateway.GrantedAsync(seconds: 600);
        await gateway.RevokeAsync(id, "alice");
        Assert.Equal(["requested", "granted", "revoked"], gateway.Acts());
        Assert.All(gateway.Entries(), entry =>
        {
            Assert.Equal((id, "write"), (entry.GetProperty("approval").GetString(), entry.GetProperty("rule").GetString()));
        });
        foreach (var file in Directory.EnumerateFiles(gateway.Gateway.Host.State.Audit, "*", SearchOption.AllDirectories)
            .Where(static file => Path.GetFileName(file) != "lock"))
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var text = await reader.ReadToEndAsync();
            Assert.DoesNotContain("alice", text, StringComparison.Ordinal);
            Assert.DoesNotContain("ticket", text, StringComparison.Ordinal);
        }

        Assert.Equal("600", gateway.Entries()[0].GetProperty("duration").GetString());
    }

    private static VerifiedToken Token(string? client, string subject = "alice") => new(JsonDocument.Parse("{}").RootElement)
    {
        Issuer = "https://login.example",
        Subject = subject,
        ClientId = client,
        IssuedAt = DateTimeOffset.UnixEpoch,
        ExpiresAt = DateTimeOffset.MaxValue,
        Audiences = [],
        TokenHash = default,
    };

    private static async Task<IReadOnlyList<string>> ToolsAsync(Era era) =>
    [
        .. (await era.AskAsync("tools/list")).GetProperty("result").GetProperty("tools").EnumerateArray()
            .Select(static tool => tool.GetProperty("name").GetString()!),
    ];
}
