using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Tests.Access;
using Gatehouse.Gateway.Tests.Approvals;
using Gatehouse.Gateway.Tests.Containment;
using Gatehouse.Gateway.Tests.Quarantine;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>
/// Each identifier that is in clear in entries and belongs to something that outlives an entry: no entry after an erasure has one from before it and
/// a fact about the person. Sessions are in <see cref="ErasedActivityTests"/>, grants in <see cref="ErasedGrantTests"/> (DP-03).
/// </summary>
[Trait("Requirement", "DP-03")]
[Trait("NoRetry", "yes")]
public sealed class ErasedIdTests
{
    // Facts of entries that name what a store has, and the session of an exchange.
    private static readonly string[] Ids = ["approval", "containment", "grant", "payload", "quarantine", "remembered", "session"];

    private static AdministrationSettings Administrators { get; } = new()
    {
        Who = new WhoClause { Subjects = new NameSet(["carol", "erik"]) },
        Reading = new ReadingSettings { All = new WhoClause { Subjects = new NameSet(["carol"]) } },
    };

    private static GatewaySettings With(GatewaySettings settings) => settings with { Administration = Administrators };

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static async Task EraseAsync(TestGateway gateway, string issuer, string person) =>
        await gateway.Host.Core.Services.Erasure.EraseAsync(new EntryOwner(issuer, person), new PersonLookup(true, true));

    private static async Task SettleAsync(TestGateway gateway)
    {
        await gateway.Host.Core.AccessEffects.SettledAsync();
        await gateway.Host.Core.Services.ApprovalWatch.SettledAsync();
        await gateway.Host.Core.Services.QuarantineWatch.SettledAsync();
        await gateway.Host.Core.Services.Audit.FlushAsync();
    }

    /// <summary>Requires that the last entry with an id is the one that is named, and that none of the entries with it names the person.</summary>
    private static void RequireApart(TestGateway gateway, string fact, string id, string lastAct, string person)
    {
        var entries = gateway.Entries();
        var ofId = entries.Where(entry => Text(entry, fact) == id).ToList();
        Assert.Contains(ofId, entry => Text(entry, "closed") is not null); // an entry from before
        Assert.True(ofId.Any(entry => Text(entry, "act") == lastAct), string.Join(' ', ofId.Select(entry => Text(entry, "act"))));
        var before = entries.Where(entry => Text(entry, "closed") is not null)
            .SelectMany(entry => Ids.Select(name => Text(entry, name))).OfType<string>().ToHashSet(StringComparer.Ordinal);
        Assert.Contains(id, before);
        foreach (var entry in entries.Where(entry => entry.GetRawText().Contains($"\"{person}\"", StringComparison.Ordinal)
            || entry.GetRawText().Contains($" {person}\"", StringComparison.Ordinal)))
            Assert.DoesNotContain(before, one => entry.GetRawText().Contains(one, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Containment_ThatIsReleasedAfterTheErasure(bool restarts)
    {
        string folder, id, issuer;
        await using (var first = await StartAsync(null))
        {
            folder = first.Host.State.Root;
            await PersonalFactsTests.CallAsync(first, "alice");
            var desk = new ContainmentDesk(first);
            (id, issuer) = (await desk.ContainAsync("user", "alice"), desk.Issuer);
            await EraseAsync(first, issuer, "alice");
            await PersonalFactsTests.CallAsync(first, "alice"); // refused
            if (!restarts) await ReleaseAsync(first);
        }

        if (!restarts) return;
        await using var second = await StartAsync(folder);
        await ReleaseAsync(second);

        async Task ReleaseAsync(TestGateway gateway)
        {
            await new ContainmentDesk(gateway).ReleaseAsync(id);
            await PersonalFactsTests.CallAsync(gateway, "alice");
            await SettleAsync(gateway);
            Assert.Contains(gateway.Entries(), entry => Text(entry, "sub") == "alice"); // of the call after the release
            RequireApart(gateway, "containment", id, "containment.released", "alice");
        }

        static Task<TestGateway> StartAsync(string? folder) => TestGateway.StartAsync(
            settings => With(settings) with { StateDirectory = folder ?? settings.StateDirectory }, keepState: folder is null);
    }

    // Where no person was erased, the entry of the release names the person, so that a search finds it.
    [Fact]
    public async Task Containment_OfAPersonWhoWasNotErased_IsReleasedWithTheName()
    {
        await using var gateway = await TestGateway.StartAsync(With);
        var desk = new ContainmentDesk(gateway);
        await desk.ReleaseAsync(await desk.ContainAsync("user", "alice"));
        await SettleAsync(gateway);
        Assert.Equal(["containment.made", "containment.released"],
            desk.Entries().Where(entry => Text(entry, "caller") == $"{desk.Issuer} alice").Select(entry => Text(entry, "act")));
    }

    [Theory]
    [InlineData("alice", true)]
    [InlineData("alice", false)]
    [InlineData("carol", true)]
    public async Task RightForATime(string erased, bool isGranted)
    {
        await using var gateway = await AccessGateway.StartAsync(change: With);
        var id = isGranted ? await gateway.GrantedAsync() : await gateway.AskAsync();
        await EraseAsync(gateway.Gateway, gateway.Issuer, erased);
        await SettleAsync(gateway.Gateway);
        Assert.Null((await gateway.RequestAsync()).Refusal?.Why); // a name in a later entry
        Assert.Null((await gateway.LookAndAnswerAsync((await gateway.ListAsync())[0].Id)).Refusal?.Why);
        await SettleAsync(gateway.Gateway);
        RequireApart(gateway.Gateway, "approval", id, "access.ended", erased);
    }

    [Theory]
    [InlineData("alice", false)]
    [InlineData("alice", true)]
    [InlineData("carol", true)]
    public async Task Question(string erased, bool isGranted)
    {
        await using var asking = await AskingGateway.StartAsync(change: static settings => With(settings) with
        {
            Approvals = settings.Approvals with { Hold = TimeSpan.Zero },
        });
        var (alice, desk) = (await asking.BeginAsync(), new ApproverDesk(asking.Gateway));
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(alice.AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        var id = (await asking.OpenAsync()).Id;
        if (isGranted) Assert.Null((await desk.LookAndAnswerAsync(id, "carol")).Refusal?.Why);
        await EraseAsync(asking.Gateway, new ContainmentDesk(asking.Gateway).Issuer, erased);
        await SettleAsync(asking.Gateway);
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(alice.AskAsync("tools/call", AskingGateway.Echo("{\"amount\":11}"), "echo")));
        Assert.Null((await desk.LookAndAnswerAsync((await asking.OpenAsync()).Id, "carol")).Refusal?.Why);
        await SettleAsync(asking.Gateway);
        RequireApart(asking.Gateway, "approval", id, "approval.closed", erased);
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("carol")]
    public async Task RememberedAnswer(string erased)
    {
        await using var remembering = await RememberingGateway.StartAsync(change: With);
        var (gateway, id) = (remembering.Asking.Gateway, await remembering.BeginAsync("/data/a", null));
        await EraseAsync(gateway, new ContainmentDesk(gateway).Issuer, erased);
        await SettleAsync(gateway);
        Assert.NotEqual(id, await remembering.BeginAsync("/data/a", null));
        await SettleAsync(gateway);
        RequireApart(gateway, "remembered", id, "approval.forgotten", erased);
    }

    [Theory]
    [InlineData("alice", false)]
    [InlineData("alice", true)]
    [InlineData("carol", true)]
    public async Task WithheldResult(string erased, bool isReleased)
    {
        await using var withholding = await WithholdingGateway.StartAsync();
        var (gateway, alice) = (withholding.Gateway, await withholding.BeginAsync());
        var id = await WithholdingGateway.WithheldAsync(alice);
        if (isReleased) await withholding.ReleasedAsync(id);
        await EraseAsync(gateway, new ContainmentDesk(gateway).Issuer, erased);
        await SettleAsync(gateway);
        await withholding.ReleasedAsync(await WithholdingGateway.WithheldAsync(alice, "{\"amount\":11}"));
        await SettleAsync(gateway);
        RequireApart(gateway, "quarantine", id, "quarantine.deleted", erased);
    }

    [Fact]
    public async Task KeptRequest()
    {
        await using var gateway = await PersonalFactsTests.StartAsync(static settings => settings with
        {
            Administration = settings.Administration with { Who = new WhoClause { Subjects = new NameSet(["olga", "erik"]) } },
        });
        await PersonalFactsTests.CallAsync(gateway, "alice-canary-7391");
        var payload = gateway.EntriesWithEnded(1).Select(entry => Text(entry, "payload")).OfType<string>().First();
        await EraseAsync(gateway, new ContainmentDesk(gateway).Issuer, "alice-canary-7391");
        await PersonalFactsTests.CallAsync(gateway, "alice-canary-7391");
        await SettleAsync(gateway);
        RequireApart(gateway, "payload", payload, "payload.erased", "alice-canary-7391");
    }
}
