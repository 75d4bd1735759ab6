using System.Buffers;
using System.Text.Json;
using Gatehouse.Audit.Privacy;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Audit.Search.Tests;

/// <summary>A reader with a scope finds its entries, and nothing shows that there are others.</summary>
[Trait("Requirement", "AU-05")]
public sealed class EntryScopeTests : IDisposable
{
    private const string Issuer = "https://login.example.com";
    private const string Other = "https://other.example.com";

    private readonly LogFolder folder = new();
    private readonly KeyRing ring = KeyRing.CreateInMemory(TimeProvider.System);
    private readonly List<string> reports = [];

    // A reader who is lena, and may read sales and support of her issuer.
    private static readonly EntryScope Lena = new(new EntryOwner(Issuer, "lena"), [new EntryGroup(Issuer, "sales"), new EntryGroup(Issuer, "support")]);

    public EntryScopeTests() => folder.Write(1,
        Of(1, "alice", "sales"), Of(2, "bob", "support", "legal"), Of(3, "mallory", "legal") with { Name = "hidden_tool", Server = "vault" }, Of(4, "lena"),
        Of(5, "alice") with { Groups = ["sales"], Asked = "0123456789ab" }, Of(6, "alice", "sales") with { Issuer = Other },
        Of(7, "carol", "sales", "support"),
        Of(8, "mallory", "Sales", "sale", "sales "), new AuditEntry
        {
            Kind = AuditEntryKind.Control,
            ExchangeId = "01exchange0000000000000009",
            At = LogFolder.Start.AddSeconds(9),
            Facts = [KeyValuePair.Create("act", "control.revoke"), KeyValuePair.Create("iss", Issuer), KeyValuePair.Create("readingGroups", "sales")],
        },
        Of(10, "mallory", "legal") with { Code = "GH4003", Name = "hidden_tool" });

    public void Dispose() => folder.Dispose();

    private static AuditEntry Of(int number, string subject, params string[] groups) =>
        LogFolder.Ended(number, subject) with { ReadingGroups = groups };

    private AuditIndex Open() => AuditIndex.InFile(folder.Index, ring, folder.Source, one => reports.Add(one.Message));

    private static async Task<List<int>> FindAsync(IEntrySearch search, EntryFilter filter, EntryScope scope) =>
        [.. (await search.FindAsync(filter, scope, default)).Entries.Select(entry => int.Parse(entry.GetProperty("id").GetString()![10..], null))];

    private async Task WithEachAsync(Func<IEntrySearch, Task> test)
    {
        await using var index = Open();
        foreach (var search in (IEntrySearch[])[index, new LogScan(folder.Source)]) await test(search);
    }

    [Fact]
    public Task AReader_FindsOwnEntriesAndThoseOfTheGroups_EachOnce_AndNoOther() => WithEachAsync(async search =>
    {
        Assert.Equal([7, 4, 2, 1], await FindAsync(search, new EntryFilter(), Lena));
        Assert.Equal([4], await FindAsync(search, new EntryFilter(), EntryScope.Of(Lena.Owner)));
        Assert.Equal([10, 4, 3, 2], await FindAsync(search, new EntryFilter(), Lena with { Groups = [new EntryGroup(Issuer, "legal")] }));
        // The group of the same name at another issuer is another one. Groups that the policy asked for are not those of readers.
        Assert.Equal([6], await FindAsync(search, new EntryFilter(), new EntryScope(new EntryOwner(Other, "nina"), [new EntryGroup(Other, "sales")])));
        Assert.Equal([1], await FindAsync(search, new EntryFilter { Person = "alice" }, Lena));
        Assert.Equal([2, 1], await FindAsync(search, new EntryFilter { Tool = "read_file", Until = LogFolder.Start.AddSeconds(4) }, Lena));
    });

    // A lead has to see that a member of the group was refused a thousand times, also where these refusals are one entry.
    [Fact]
    public Task CountedEntries_AreFoundByReadersOfTheGroup()
    {
        folder.Write(2, CountOf(11, "alice", "sales"), CountOf(12, "mallory", "legal"),
            CountOf(13, "alice", "sales") with { Facts = [KeyValuePair.Create("act", "control.revoke")] });
        return WithEachAsync(async search => Assert.Equal([11, 7, 4, 2, 1], await FindAsync(search, new EntryFilter(), Lena)));
    }

    private static AuditEntry CountOf(int number, string subject, params string[] groups) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = $"01exchange{number:d16}",
        At = LogFolder.Start.AddSeconds(number),
        Issuer = Issuer,
        Subject = subject,
        ReadingGroups = groups,
        Facts = [KeyValuePair.Create("act", "entries.joined"), KeyValuePair.Create("entries", "3"), KeyValuePair.Create("codes", "GH4003=3")],
    };

    [Fact]
    public Task NothingShowsThatThereAreOtherEntries() => WithEachAsync(async search =>
    {
        foreach (var filter in (EntryFilter[])[new() { Person = "mallory" }, new() { Tool = "hidden_tool" }, new() { Server = "vault" }, new() { Code = "GH4003" },
            new() { Id = "01exchange0000000000000003" }, new() { Session = "01sessionmallory" }, new() { Text = "mallory" }, new() { Act = "control.revoke" },
            new() { Issuer = Other }])
        {
            var page = await search.FindAsync(filter, Lena, default);
            Assert.Empty(page.Entries);
            Assert.Equal((null, null), (page.Next, page.Last));
            Assert.Empty(page.Positions);
            var none = await search.CountByFacetAsync(filter, Lena, default);
            Assert.Equal(0, none.Entries);
            Assert.All(none.By.Values, Assert.Empty);
        }

        var counts = await search.CountByFacetAsync(new EntryFilter(), Lena, default);
        Assert.Equal(4, counts.Entries);
        Assert.Equal(["read_file 4"], counts.By["tool"].Select(one => $"{one.Value} {one.Entries}"));
        Assert.Equal(["files 4"], counts.By["server"].Select(one => $"{one.Value} {one.Entries}"));
        Assert.Empty(counts.By["code"]);
        Assert.Empty(counts.By["act"]);
        // A page that has all of them says so, although the log has more.
        Assert.Null((await search.FindAsync(new EntryFilter { Limit = 4 }, Lena, default)).Next);
        var last = (await search.FindAsync(new EntryFilter { Limit = 1 }, Lena, default)).Last;
        Assert.Empty((await search.FindAsync(new EntryFilter { Behind = last }, Lena, default)).Entries);
    });

    [Fact]
    public Task PagesAndFollowing_HaveTheSameEntries() => WithEachAsync(async search =>
    {
        List<int> seen = [];
        for (string? after = null; ;)
        {
            var page = await search.FindAsync(new EntryFilter { Limit = 1, OldestFirst = true, After = after }, Lena, default);
            seen.AddRange(page.Entries.Select(entry => int.Parse(entry.GetProperty("id").GetString()![10..], null)));
            if (page.Next is null) break;
            after = page.Next;
        }

        Assert.Equal([1, 2, 4, 7], seen);
        var first = (await search.FindAsync(new EntryFilter { Id = "01exchange0000000000000001" }, Lena, default)).Last;
        Assert.Equal([2, 4, 7], await FindAsync(search, new EntryFilter { Behind = first }, Lena));
    });

    [Fact]
    public async Task AsManyGroupsAsThereMayBe_AreOneQuestion_AndMoreAreRefused()
    {
        await using var index = Open();
        var many = Enumerable.Range(0, AuditEntry.MostReadingGroups - 1).Select(at => new EntryGroup(Issuer, $"group-{at}"))
            .Append(new EntryGroup(Issuer, "sales")).ToList();
        Assert.Equal([7, 4, 1], await FindAsync(index, new EntryFilter(), Lena with { Groups = many }));
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            index.FindAsync(new EntryFilter(), Lena with { Groups = [.. many, new EntryGroup(Issuer, "one more")] }, default));
    }

    [Fact]
    public async Task Gaps_AreOnlyThoseOfTheEntriesOfTheScope()
    {
        folder.Write(2, Of(11, "alice", "sales") with { Kind = AuditEntryKind.Begun }, Of(12, "mallory", "legal") with { Kind = AuditEntryKind.Begun });
        var report = await new LogGaps(folder.Source, TimeProvider.System).FindAsync(null, Lena, TestContext.Current.CancellationToken);
        Assert.Equal(5, report.Entries);
        Assert.All(report.Gaps, gap => Assert.Equal("alice", gap.Person));
        Assert.Contains(report.Gaps, gap => gap.Kind == LogGap.Open);
        Assert.Equal(report.Gaps.Count, report.Counts.Values.Sum());
    }

    // Whoever can write the file gives every entry every token, so that every question finds everything.
    [Fact]
    public async Task TokensThatWerePlantedInTheFile_GiveNoEntryToAReader()
    {
        await using (var index = Open()) await index.CatchUpAsync(default);
        Plant();
        await using (var index = Open())
        {
            Assert.Equal(10, (await index.FindAsync(new EntryFilter(), null, default)).Entries.Count); // the file is as it was for who may read all
            Assert.Empty(reports);
            Assert.Equal([4], await FindAsync(index, new EntryFilter(), EntryScope.Of(Lena.Owner)));
            Assert.Contains("token of another person", Assert.Single(reports), StringComparison.Ordinal);
            Assert.Equal([7, 4, 2, 1], await FindAsync(index, new EntryFilter(), Lena)); // it was built again from the log
        }

        Plant();
        await using (var index = Open()) Assert.Equal([7, 4, 2, 1], await FindAsync(index, new EntryFilter(), Lena));
        Plant();
        await using (var index = Open())
        {
            var whole = await index.FindWholeAsync(new EntryFilter { Id = "01exchange0000000000000003" }, Lena, default);
            Assert.Empty(whole);
        }

        // The entry that only shows that there is a further page is looked at too.
        Plant();
        await using (var index = Open()) Assert.Null((await index.FindAsync(new EntryFilter { Limit = 4, OldestFirst = true }, Lena, default)).Next);
        Assert.Equal(4, reports.Count);
    }

    private void Plant()
    {
        var options = new SqliteConnectionStringBuilder { DataSource = folder.Index, Pooling = false };
        using var connection = new SqliteConnection(options.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT OR IGNORE INTO postings (term, at, number) SELECT t.id, e.at, e.number FROM terms AS t CROSS JOIN entries AS e";
        Assert.True(command.ExecuteNonQuery() > 0);
    }

    // Entries with more facts than a box or a line holds are shortened. A name that was cut could be that of another group.
    [Fact]
    public void AGroup_IsWholeOrNotThere_HoweverLargeTheEntry()
    {
        var path = Path.Combine(Path.GetDirectoryName(folder.Index)!, "destroyed");
        using var keys = SubjectKeys.TryOpen(SubjectKeyFile.Open(path + ".db"), ring, path)!;
        string[] groups = [.. Enumerable.Range(0, AuditEntry.MostReadingGroups).Select(at => $"group {at:d3} ".PadRight(AuditEntry.LongestReadingGroup, 'x'))];
        string[] many = [.. Enumerable.Repeat(new string('y', 2000), 600)];
        var entry = Of(1, "alice", groups) with { Roles = many, Groups = many, Scopes = many, Uri = new string('u', 5000) };
        var opened = new EntryOpener(keys).Open(Written(new EntryProtector(keys).Protect(entry)));
        Assert.Equal(groups, opened.GetProperty("readingGroups").EnumerateArray().Select(one => one.GetString()));
        Assert.True(new EntryScope(Lena.Owner, [new EntryGroup(Issuer, groups[63])]).Includes(new EntryFacts(opened)));
        // Without keys of persons, as in a log of a test: a short line leaves long names out.
        var line = Written(entry with { Groups = [.. many], ReadingGroups = [.. groups, "sales"], Checks = many });
        Assert.True(line.GetProperty("cut").GetBoolean());
        Assert.Empty(line.GetProperty("readingGroups").EnumerateArray().Select(one => one.GetString()).Except(groups.Append("sales")));
    }

    private static JsonElement Written(AuditEntry entry)
    {
        var line = new ArrayBufferWriter<byte>();
        AuditEntryFormat.Write(entry, 1, line);
        Assert.InRange(line.WrittenCount, 1, AuditEntryFormat.MostBytes);
        return JsonSerializer.Deserialize<JsonElement>(line.WrittenSpan);
    }

    [Fact]
    public void AnEntry_IsHeldAgainstTheScope_ByItsOwnWords()
    {
        EntryFacts Facts(string json) => new(JsonSerializer.Deserialize<JsonElement>(json));
        Assert.True(Lena.Includes(Facts($$"""{"kind":"ended","iss":"{{Issuer}}","sub":"alice","readingGroups":["x","sales"]}""")));
        Assert.True(Lena.Includes(Facts($$"""{"kind":"ended","iss":"{{Issuer}}","sub":"lena"}""")));
        string[] foreign =
        [
            "{}", """{"kind":"ended","sub":"lena","readingGroups":["sales"]}""", $$"""{"kind":"ended","iss":"{{Other}}","sub":"lena","readingGroups":["sales"]}""",
            $$"""{"kind":"ended","iss":"{{Issuer}}","sub":"alice","readingGroups":"sales"}""", $$"""{"kind":"ended","iss":"{{Issuer}}","sub":"alice","groups":["sales"]}""",
            $$"""{"kind":"ended","iss":"{{Issuer}}","sub":"alice","readingGroups":[["sales"],7,"SALES"]}""",
            $$"""{"kind":"control","iss":"{{Issuer}}","by":"lena","readingGroups":["sales"]}""", $$"""{"kind":"ended","iss":["{{Issuer}}"],"sub":"lena"}""",
        ];
        Assert.All(foreign, json => Assert.False(Lena.Includes(Facts(json)), json));
    }
}
