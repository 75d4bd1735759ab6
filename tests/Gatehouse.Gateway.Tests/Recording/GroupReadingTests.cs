using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Ipc;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>The right to read the entries of a group: those of persons who were in it at the time of their call, and no other.</summary>
[Trait("Requirement", "AU-05")]
public sealed class GroupReadingTests
{
    private const string Purpose = "ticket 4711";

    private static readonly PeerAccount Peer = new(7, PeerAccount.OwnUserId());

    // lena reads sales and support by two entries, sam legal, paul sales with kept requests, nina sales of another issuer, olga all; carol nothing.
    private static readonly ReadingSettings Reading = new()
    {
        All = Names("olga"),
        Payloads = Names("paul"),
        Groups =
        [
            new GroupReading(Names("lena", "paul"), ["sales"]), new GroupReading(Names("lena"), ["support"]), new GroupReading(Names("sam"), ["legal"]),
            new GroupReading(Names("nina"), ["sales"], "https://other.example.com"),
        ],
    };

    private static WhoClause Names(params string[] subjects) => new() { Subjects = new NameSet(subjects) };

    private static GatewaySettings With(GatewaySettings settings, ReadingSettings reading) => settings with
    {
        Audit = settings.Audit with { KeepPayloads = true },
        Administration = new AdministrationSettings { Who = Names("lena", "sam", "paul", "nina", "olga", "carol"), Reading = reading },
    };

    private static Task<ControlReply> AskAsync(TestGateway gateway, string reader, AdministrativeAction act, params string[] groups) =>
        GatewayAdministration.ControlOf(gateway.Host).HandleAsync(
            act, Peer, gateway.Token(reader, gateway.Host.Snapshots.Current.Settings.AdministrationResource, groups: groups));

    private static ReadLog Search(EntryFilter filter, LogReading kind = LogReading.Search, bool payload = false) =>
        new(kind, filter, Purpose, payload);

    private static async Task CallAsync(TestGateway gateway, string person, string tool, params string[] groups) =>
        await gateway.CallAsync(gateway.Modern("tools/call", $"\"name\":\"{tool}\",\"arguments\":{{\"word\":\"word of {person}\"}}", tool,
            gateway.Token(person, groups: groups)));

    private static async Task<TestGateway> StartAsync()
    {
        var gateway = await TestGateway.StartAsync(settings => With(settings, Reading));
        await CallAsync(gateway, "alice", "echo", "sales", "everyone");
        await CallAsync(gateway, "bob", "echo", "legal");
        await CallAsync(gateway, "mallory", "forbidden-tool", "support");
        await CallAsync(gateway, "trudy", "hidden-tool", "legal", "Sales");
        await CallAsync(gateway, "lena", "echo");
        gateway.EntriesWithEnded(5);
        return gateway;
    }

    private static IEnumerable<string?> People(ControlReply reply) =>
        reply.As<LogPage>().Page.Entries.Select(entry => new EntryFacts(entry))
            .Select(facts => facts.Kind == "control" ? "a control entry" : facts.Actor).Distinct().Order();

    [Fact]
    public async Task EachKindOfReading_FindsOwnEntriesAndThoseOfTheGroups()
    {
        await using var gateway = await StartAsync();
        foreach (var kind in Enum.GetValues<LogReading>())
        {
            // A command that follows the log gets entries behind a place only.
            var filter = new EntryFilter { Behind = kind == LogReading.Tail ? "0-0" : null };
            Assert.Equal(["alice", "lena", "mallory"], People(await AskAsync(gateway, "lena", Search(filter, kind))));
            Assert.Equal(["bob", "trudy"], People(await AskAsync(gateway, "sam", Search(filter, kind))));
            Assert.Equal(["alice"], People(await AskAsync(gateway, "paul", Search(filter, kind))));
            Assert.Empty((await AskAsync(gateway, "nina", Search(filter, kind))).As<LogPage>().Page.Entries);
            Assert.Empty((await AskAsync(gateway, "lena", Search(new EntryFilter { Person = "bob" }, kind))).As<LogPage>().Page.Entries);
            Assert.Empty((await AskAsync(gateway, "lena", Search(new EntryFilter { Person = "trudy" }, kind))).As<LogPage>().Page.Entries);
            Assert.Empty((await AskAsync(gateway, "lena", Search(new EntryFilter { Person = "olga" }, kind))).As<LogPage>().Page.Entries);
        }

        // A reader who is in a group reads nothing by that: the configuration names readers.
        Assert.False((await AskAsync(gateway, "carol", Search(new EntryFilter()), "sales", "legal")).Ok);
        Assert.Contains("those of groups that you may read", (await AskAsync(gateway, "lena", Search(new EntryFilter()))).Message, StringComparison.Ordinal);
        var refused = await AskAsync(gateway, "carol", Search(new EntryFilter()));
        Assert.Contains("administration.reading.groups", refused.Remedy, StringComparison.Ordinal);
        Assert.Null(refused.Value);
    }

    [Fact]
    public async Task NothingOfOtherEntries_IsInCountsGapsOrRequests()
    {
        await using var gateway = await StartAsync();
        var counts = (await AskAsync(gateway, "lena", new CountLog(new EntryFilter(), Purpose))).As<LogCounts>().Counts;
        var found = (await AskAsync(gateway, "lena", Search(new EntryFilter()))).As<LogPage>().Page.Entries;
        Assert.Equal(found.Count, counts.Entries);
        Assert.DoesNotContain(counts.By["tool"], one => one.Value == "hidden-tool");
        Assert.Contains(counts.By["tool"], one => one.Value == "forbidden-tool");
        Assert.All(counts.By.Values.Where(one => one.Count > 0), one => Assert.True(one.Sum(count => count.Entries) <= found.Count));
        Assert.Empty(counts.By["act"]);
        Assert.Equal(0, (await AskAsync(gateway, "lena", new CountLog(new EntryFilter { Tool = "hidden-tool" }, Purpose))).As<LogCounts>().Counts.Entries);
        Assert.Equal(found.Count, (await AskAsync(gateway, "lena", new FindLogGaps(new EntryFilter(), Purpose))).As<LogGapsFound>().Report.Entries);
        Assert.Equal(0, (await AskAsync(gateway, "nina", new FindLogGaps(new EntryFilter(), Purpose))).As<LogGapsFound>().Report.Entries);
        // Kept requests need their own right, and are those of the same entries.
        var begun = gateway.Entries().Select(entry => new EntryFacts(entry)).Where(facts => facts.Kind == "begun")
            .ToDictionary(facts => facts.Actor!, facts => facts.Id);
        var shown = await AskAsync(gateway, "paul", Search(new EntryFilter { Id = begun["alice"] }, LogReading.Show, payload: true));
        Assert.Contains("word of alice", Assert.Single(shown.As<LogPage>().Requests).Text, StringComparison.Ordinal);
        var foreign = await AskAsync(gateway, "paul", Search(new EntryFilter { Id = begun["bob"] }, LogReading.Show, payload: true));
        var unknown = await AskAsync(gateway, "paul", Search(new EntryFilter { Id = "01nothing" }, LogReading.Show, payload: true));
        Assert.Equal((unknown.Ok, unknown.Message, unknown.Remedy), (foreign.Ok, foreign.Message, foreign.Remedy));
        Assert.Empty(foreign.As<LogPage>().Page.Entries);
        Assert.Empty(foreign.As<LogPage>().Requests);
        Assert.False((await AskAsync(gateway, "lena", Search(new EntryFilter { Id = begun["alice"] }, LogReading.Show, payload: true))).Ok);
        // Everything about a person is more than the part of a group.
        var issuer = found[0].GetProperty("iss").GetString()!;
        var refused = await AskAsync(gateway, "lena", new ExportPerson(issuer, "alice", Purpose, null, false));
        Assert.Contains("administration.reading.all", refused.Remedy, StringComparison.Ordinal);
        Assert.Null(refused.Value);
        Assert.Equal(["lena"], People(await AskAsync(gateway, "lena", new ExportPerson(issuer, "lena", Purpose, null, false))));
    }

    [Fact]
    public async Task EachReading_IsAnEntry_WithItsPurposeAndItsScope()
    {
        await using var gateway = await StartAsync();
        var hits = (await AskAsync(gateway, "lena", Search(new EntryFilter()))).As<LogPage>().Page.Entries.Count;
        await AskAsync(gateway, "lena", new CountLog(new EntryFilter(), Purpose));
        await AskAsync(gateway, "lena", new FindLogGaps(new EntryFilter(), Purpose));
        await AskAsync(gateway, "sam", Search(new EntryFilter { Person = "alice" }, LogReading.Export));
        await AskAsync(gateway, "olga", Search(new EntryFilter { Person = "nobody" }));
        var entries = gateway.Entries().Where(entry => entry.TryGetProperty("act", out var act)
            && act.GetString()!.StartsWith("control.audit", StringComparison.Ordinal)).ToList();
        Assert.Equal(["lena", "lena", "lena", "sam", "olga"], entries.Select(entry => entry.GetProperty("by").GetString()));
        Assert.All(entries, entry => Assert.Equal(Purpose, entry.GetProperty("purpose").GetString()));
        Assert.Equal(["groups", "groups", "groups", "groups", "all"], entries.Select(entry => entry.GetProperty("scope").GetString()));
        Assert.Equal([$"{hits}", $"{hits}", "0", "0", "0"], entries.Select(entry => entry.GetProperty("hits").GetString()));
    }

    [Fact]
    [Trait("Requirement", "DP-01")]
    public async Task AnEntry_HasOnlyTheGroupsThatTheConfigurationNames_AndTheyAreSealed()
    {
        await using var gateway = await StartAsync();
        await AskAsync(gateway, "lena", Search(new EntryFilter()));
        var entries = gateway.Entries().Where(entry => entry.TryGetProperty("sub", out _)).ToLookup(entry => entry.GetProperty("sub").GetString()!);
        Assert.All(entries["alice"], entry => Assert.Equal("""["sales"]""", entry.GetProperty("readingGroups").GetRawText()));
        Assert.All(entries["trudy"], entry => Assert.Equal("""["legal"]""", entry.GetProperty("readingGroups").GetRawText()));
        Assert.All(entries["lena"], entry => Assert.False(entry.TryGetProperty("readingGroups", out _)));
        await gateway.Host.Core.Services.Audit.PublishAsync();
        Assert.Empty(PersonalFactsTests.Hits(gateway.Host.State.Root, "readingGroups"));
        Assert.NotEmpty(PersonalFactsTests.Hits(gateway.Host.State.Root, "tools/call"));
    }

    [Fact]
    public async Task TheGroupAtTheTimeOfTheCall_Decides_AndTheConfigurationOfThatTime()
    {
        ConfigurationResult? next = null;
        var before = new ReadingSettings { All = Names("olga") };
        await using var gateway = await TestGateway.StartAsync(settings => With(settings, before), reload: () => next!);
        await CallAsync(gateway, "alice", "before-the-right", "sales");
        gateway.EntriesWithEnded(1);
        next = Good(With(gateway.Host.Snapshots.Current.Settings, Reading));
        Assert.Empty(await gateway.Host.ReloadAsync());
        Assert.Empty((await AskAsync(gateway, "lena", Search(new EntryFilter()))).As<LogPage>().Page.Entries);
        await CallAsync(gateway, "alice", "in-sales", "sales");
        await CallAsync(gateway, "alice", "in-legal-now", "legal");
        await CallAsync(gateway, "bob", "in-sales-now", "sales");
        gateway.EntriesWithEnded(4);
        Assert.Equal(["in-sales", "in-sales-now"], Tools(await AskAsync(gateway, "lena", Search(new EntryFilter()))));
        Assert.Equal(["in-legal-now"], Tools(await AskAsync(gateway, "sam", Search(new EntryFilter()))));
        // The right is the one of now: whoever loses it reads nothing, also of entries that were found before.
        next = Good(With(gateway.Host.Snapshots.Current.Settings, Reading with { Groups = [Reading.Groups[2]] }));
        Assert.Empty(await gateway.Host.ReloadAsync());
        Assert.False((await AskAsync(gateway, "lena", Search(new EntryFilter()))).Ok);
        Assert.Equal(["in-legal-now"], Tools(await AskAsync(gateway, "sam", Search(new EntryFilter()))));
    }

    private static ConfigurationResult Good(GatewaySettings settings) => new() { Settings = settings, Faults = [], SourcePath = "f" };

    private static IEnumerable<string?> Tools(ControlReply reply) =>
        reply.As<LogPage>().Page.Entries.Select(entry => new EntryFacts(entry).Tool).Distinct().Order();

    [Fact]
    public void Groups_AreThoseOfTheIssuerThatTheConfigurationNames()
    {
        var reading = new ReadingSettings
        {
            Groups = [new GroupReading(Names("a"), ["one", "two"], "https://a.example.com"), new GroupReading(Names("b"), ["two", "three"])],
        };
        Assert.Equal(["two", "one"], reading.NamedOf("https://a.example.com", ["two", "one", "four", "two", "One"]));
        Assert.Equal(["two", "three"], reading.NamedOf("https://b.example.com", ["one", "two", "three"]));
        Assert.Empty(new ReadingSettings().NamedOf("https://a.example.com", ["one"]));
    }
}
