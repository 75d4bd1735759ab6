using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Tests.Containment;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>A remembered answer is void when what it depends on changes: time, rule, approver, caller, containment, erasure.</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class RememberedChangeTests
{
    private const string File = "/data/a/second";

    [Fact]
    public async Task Time_EndsIt()
    {
        var clock = new ManualTimeProvider();
        await using var remembering = await RememberingGateway.StartAsync(time: clock);
        await remembering.BeginAsync("/data/a/first", "/data/a", TimeSpan.FromMinutes(5));
        clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Equal("passed", await remembering.CallAsync(File));
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("GH4204", await remembering.CallAsync(File));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReloadThatChangesTheRule_OrShortensTheTime_EndsIt(bool changesRule)
    {
        ConfigurationResult? next = null;
        var clock = new ManualTimeProvider();
        await using var remembering = await RememberingGateway.StartAsync(time: clock, reload: () => next!);
        await remembering.BeginAsync("/data/a/first", "/data/a", TimeSpan.FromMinutes(5));
        var settings = remembering.Asking.Gateway.Host.Snapshots.Current.Settings;
        clock.Advance(TimeSpan.FromMinutes(2));
        next = Result(settings);
        Assert.Empty(await remembering.Asking.Gateway.Host.ReloadAsync());
        Assert.Equal("passed", await remembering.CallAsync(File));
        next = changesRule
            ? Result(settings with { Rules = [Calls with { Tools = new NameSet(["*"]) }, AskingGateway.Approvers] })
            : Result(settings with { Approvals = settings.Approvals with { RememberMax = TimeSpan.FromMinutes(1) } });
        Assert.Empty(await remembering.Asking.Gateway.Host.ReloadAsync());
        await remembering.Asking.Gateway.Host.Core.Services.ApprovalWatch.SettledAsync();
        Assert.Equal(0, await remembering.CountAsync());
        next = Result(settings); // a rule that comes back brings nothing back
        Assert.Empty(await remembering.Asking.Gateway.Host.ReloadAsync());
        Assert.Equal("GH4204", await remembering.CallAsync(File));
    }

    // Threat: a tool is another one for some calls, and then the first one again. No message says that it was another one in between.
    [Fact]
    public async Task AnotherDefinition_EndsTheAnswersOfTheCall_AndBringsNothingBack()
    {
        var clock = new ManualTimeProvider();
        await using var remembering = await RememberingGateway.StartAsync(time: clock);
        await remembering.BeginAsync("/data/a/first", "/data/a", TimeSpan.FromHours(20));
        var bob = await remembering.Asking.BeginAsync(subject: "bob");
        Assert.Equal("GH4204", await RememberingGateway.CallAsync(bob, File));
        Assert.NotNull((await remembering.RememberAsync("/data/a", TimeSpan.FromHours(20))).Remembered);
        Assert.Equal("GH4204", await CallUnderAsync("Reads, and sends."));
        Assert.Equal("definition-changed", Assert.Single(remembering.Asking.Gateway.Entries(), static entry =>
            entry.TryGetProperty("act", out var act) && act.GetString() == "approval.forgotten").GetProperty("why").GetString());
        Assert.Equal(1, await remembering.CountAsync()); // that of the other caller, who has not called
        Assert.Equal("GH4204", await CallUnderAsync("Reads."));
        Assert.Equal(1, await remembering.CountAsync());

        // A session sees one definition of a tool. Each of these is a new one.
        async Task<string> CallUnderAsync(string text)
        {
            remembering.Asking.Gateway.Upstream.OnResult("tools/list",
                $$$"""{"resultType":"complete","tools":[{"name":"echo","description":"{{{text}}}","inputSchema":{"type":"object"}}],"ttlMs":0,"cacheScope":"public"}""");
            await remembering.Asking.Gateway.NothingUnderWayAsync();
            clock.Advance(TimeSpan.FromMinutes(31));
            return await RememberingGateway.CallAsync(await remembering.Asking.BeginAsync(), File);
        }
    }

    [Fact]
    public async Task DefinitionThatComesBack_PermitsNothing()
    {
        const string First =
            """{"resultType":"complete","tools":[{"name":"echo","inputSchema":{"type":"object"}},{"name":"secret","inputSchema":{"type":"object"}}],"ttlMs":0,"cacheScope":"public"}""";
        var clock = new ManualTimeProvider();
        await using var remembering = await RememberingGateway.StartAsync(time: clock);
        await remembering.BeginAsync("/data/a/first", "/data/a", TimeSpan.FromHours(20));
        Assert.Equal("passed", await CallUnderAsync(First, File));
        Assert.Equal("GH4204", await CallUnderAsync(First.Replace("\"name\":\"echo\"", "\"name\":\"echo\",\"title\":\"E\"", StringComparison.Ordinal), File));
        Assert.Equal("GH4204", await CallUnderAsync(First, "/data/a/third"));
        Assert.Equal(0, await remembering.CountAsync());

        async Task<string> CallUnderAsync(string tools, string file)
        {
            remembering.Asking.Gateway.Upstream.OnResult("tools/list", tools);
            await remembering.Asking.Gateway.NothingUnderWayAsync();
            clock.Advance(TimeSpan.FromMinutes(31));
            return await RememberingGateway.CallAsync(await remembering.Asking.BeginAsync(), file);
        }
    }

    // The rule no longer names carol. That is less than a forbid, and enough.
    [Fact]
    public async Task ApproverWhoMayNotAnswerAnyMore_EndsIt()
    {
        ConfigurationResult? next = null;
        await using var remembering = await RememberingGateway.StartAsync(reload: () => next!);
        await remembering.BeginAsync("/data/a/first", "/data/a");
        var onlyDora = AskingGateway.Approvers with { Who = new WhoClause { Subjects = new NameSet(["dora"]) } };
        next = Result(remembering.Asking.Gateway.Host.Snapshots.Current.Settings with { Rules = [Calls, onlyDora] });
        Assert.Empty(await remembering.Asking.Gateway.Host.ReloadAsync());
        Assert.Equal("GH4204", await remembering.CallAsync(File));
        await remembering.Asking.Gateway.Host.Core.Services.ApprovalWatch.SettledAsync();
        Assert.Equal(0, await remembering.CountAsync());
    }

    // At night carol may answer nothing, and so her answers of the day count for nothing. In the morning they do again.
    [Fact]
    public async Task ApproverWithATime_CountsInThatTimeOnly_AndIsNotForgotten()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        var hours = new TimeCondition { From = new TimeOnly(8, 0), Until = new TimeOnly(18, 0) };
        await using var remembering = await RememberingGateway.StartAsync(
            time: clock, rules: [Calls, AskingGateway.Approvers with { When = [hours] }]);
        await remembering.BeginAsync("/data/a/first", "/data/a", TimeSpan.FromDays(3));
        clock.Advance(TimeSpan.FromHours(8));
        Assert.Equal("GH4204", await remembering.CallAsync(File));
        clock.Advance(TimeSpan.FromHours(13));
        Assert.Equal("passed", await remembering.CallAsync("/data/a/third"));
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("carol")]
    public async Task RevocationOfCallerOrApprover_EndsIt(string person)
    {
        await using var remembering = await RememberingGateway.StartAsync();
        await remembering.BeginAsync("/data/a/first", "/data/a");
        await remembering.Asking.Gateway.Host.Revocations.RevokeSubjectAsync(Issuer(remembering, person), person, "left");
        await remembering.Asking.Gateway.Host.Core.Services.ApprovalWatch.SettledAsync();
        Assert.Equal(0, await remembering.CountAsync());
        Assert.Equal("approval.forgotten", remembering.Asking.Acts()[^1]);
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("carol")]
    [Trait("Requirement", "DP-03")]
    public async Task ErasureOfCallerOrApprover_EndsIt_AndRemovesItsFacts(string person)
    {
        await using var remembering = await RememberingGateway.StartAsync();
        await remembering.BeginAsync("/data/a/first", "/data/a");
        var services = remembering.Asking.Gateway.Host.Core.Services;
        await services.Erasure.EraseAsync(new EntryOwner(Issuer(remembering, person), person), new PersonLookup(true, true));
        await services.ApprovalWatch.SettledAsync();
        Assert.Equal(0, await remembering.CountAsync());
        if (person == "carol") Assert.Equal("GH4204", await remembering.CallAsync(File));
        Assert.Equal("approval.forgotten", remembering.Asking.Acts().Last(static act => act != "approval.asked"));
    }

    [Theory]
    [InlineData("server", "up")]
    [InlineData("tool", "echo")]
    [InlineData("user", "alice")]
    [InlineData("client", "tests")]
    [InlineData("client", "desk")]
    public async Task Containment_EndsIt_AlsoAfterTheRelease(string kind, string name)
    {
        await using var remembering = await RememberingGateway.StartAsync();
        await remembering.BeginAsync("/data/a/first", "/data/a");
        var desk = new ContainmentDesk(remembering.Asking.Gateway, client: "ops");
        var issuer = name == "carol" || name == "desk" ? desk.Issuer : Issuer(remembering, "alice");
        var made = await desk.TryContainAsync(desk.Of(kind, name) with { Issuer = kind is "user" or "client" ? issuer : "" });
        Assert.Null(made.Refusal?.Why);
        Assert.Equal(0, await remembering.CountAsync());
        await desk.ReleaseAsync(made.Result!.Id);
        Assert.Equal(0, await remembering.CountAsync());
        Assert.Contains("approval.forgotten", remembering.Asking.Acts());
    }

    [Fact]
    public async Task Restart_KeepsIt()
    {
        var data = new TemporaryStore();
        GatewaySettings? same = null;
        await using (var first = await RememberingGateway.StartAsync(data: data, change: settings => same = settings, keepState: true))
            await first.BeginAsync("/data/a/first", "/data/a");
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var second = await AskingGateway.StartAsync(data, terms: RememberingGateway.OfFiles, change: _ => same!);
        Assert.Single(await second.Gateway.Host.Core.Services.Remembered.ListAsync(CancellationToken.None));
    }

    // Threat: a rotation of the key ring changes the digest by which the answer is found.
    [Fact]
    public async Task RotationOfTheKeyRing_KeepsIt()
    {
        await using var remembering = await RememberingGateway.StartAsync();
        await remembering.BeginAsync("/data/a/first", "/data/a");
        remembering.Asking.Gateway.Host.Core.Services.Keys.Rotate();
        Assert.Equal("passed", await remembering.CallAsync(File));
    }

    // A fault of the store is no yes.
    [Theory]
    [InlineData("find")]
    [InlineData("list-of")]
    [InlineData("add")]
    [InlineData("note")]
    public async Task FaultOfTheStore_PermitsNothing(string act)
    {
        FailingRemembered? failing = null;
        await using var remembering = await RememberingGateway.StartAsync(around: store =>
            new Storage.Tests.Contracts.FaultyStore(store) { RememberedApprovals = failing = new FailingRemembered(store.RememberedApprovals) });
        if (act is "find" or "list-of")
        {
            await remembering.BeginAsync("/data/a/first", "/data/a");
            failing!.Failing = act;
            Assert.Equal("GH4202", await remembering.CallAsync(File));
            failing.Failing = "";
            Assert.Equal("passed", await remembering.CallAsync(File));
            return;
        }

        Assert.Equal("GH4204", await remembering.CallAsync("/data/a/first"));
        failing!.Failing = act;
        var answered = await remembering.RememberAsync("/data/a");
        Assert.True(answered.IsDecided);
        Assert.NotNull(answered.NotRemembered);
        failing.Failing = "";
        // The entry of an answer that is stored and not noted is written before its first use.
        Assert.Equal(act == "note" ? "passed" : "GH4204", await remembering.CallAsync(File));
        Assert.Equal(act == "note" ? 2 : 0, remembering.Asking.Acts().Count(static one => one == "approval.remembered"));
    }

    private static PolicyRule Calls { get; } = AskingGateway.Calls with { Obligations = [Obligation.ForApproval(RememberingGateway.OfFiles)] };

    private static ConfigurationResult Result(GatewaySettings settings) => new() { Faults = [], SourcePath = "f", Settings = settings };

    // The caller's tokens are those of the test issuer, the approver's those of the development issuer.
    private static string Issuer(RememberingGateway remembering, string person) => person == "alice"
        ? remembering.Answers.ListAsync(CancellationToken.None).Result[0].Facts!.Call.Issuer
        : remembering.Answers.ListAsync(CancellationToken.None).Result[0].By!.Issuer;
}
