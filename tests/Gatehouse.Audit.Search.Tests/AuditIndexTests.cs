using System.Text;
using System.Text.Json;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Audit.Search.Tests;

/// <summary>The index finds what the log holds, follows it, and is made again where it cannot be used.</summary>
[Trait("Requirement", "AU-05")]
public sealed class AuditIndexTests : IDisposable
{
    private readonly LogFolder folder = new();
    private readonly KeyRing ring = KeyRing.CreateInMemory(TimeProvider.System);
    private readonly List<string> reports = [];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("log-0003", false)]
    [InlineData("log-999999999", false)]
    [InlineData("log-0004", true)]
    public async Task NameOfALogThatIsALinkOrAFile_StopsNoSearch(string name, bool isLink)
    {
        WriteAll();
        var path = Path.Combine(folder.Log, name);
        if (isLink) File.CreateSymbolicLink(path, "/nowhere");
        else await File.WriteAllTextAsync(path, "");
        var page = await new LogScan(folder.Source).FindAsync(new EntryFilter(), null, CancellationToken.None);
        Assert.Equal(9, page.Entries.Count);
        Assert.Equal([name], folder.Source.Absent().Select(static range => range.Log));
    }

    public static TheoryData<string> Filters => [.. Cases.Keys];

    private static Dictionary<string, (EntryFilter Filter, int[] Found)> Cases { get; } = new(StringComparer.Ordinal)
    {
        ["everything"] = (new EntryFilter(), [9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ["person"] = (new EntryFilter { Person = "bob" }, [9, 8, 4]),
        ["issuer"] = (new EntryFilter { Issuer = "https://other.example.com" }, [6]),
        ["person at an issuer"] = (new EntryFilter { Person = "alice", Issuer = "https://other.example.com" }, [6]),
        ["person at an issuer of another person"] = (new EntryFilter { Person = "bob", Issuer = "https://other.example.com" }, []),
        ["client"] = (new EntryFilter { Client = "phone" }, [5]),
        ["session"] = (new EntryFilter { Session = "01sessionbob" }, [4]),
        ["id"] = (new EntryFilter { Id = "01exchange0000000000000003" }, [3]),
        ["server"] = (new EntryFilter { Server = "mail" }, [5]),
        ["tool"] = (new EntryFilter { Tool = "send" }, [5]),
        ["method"] = (new EntryFilter { Method = "ping" }, [6]),
        ["verdict deny"] = (new EntryFilter { Verdict = "deny" }, [4, 2]),
        ["verdict pass"] = (new EntryFilter { Verdict = "pass" }, [6]),
        ["verdict begun"] = (new EntryFilter { Verdict = "begun" }, [7]),
        ["verdict control"] = (new EntryFilter { Verdict = "control" }, [9, 8]),
        ["finding by its reason"] = (new EntryFilter { Finding = "text-ghs9001" }, [5]),
        ["finding by its id"] = (new EntryFilter { Finding = "ghs9001" }, [5]),
        ["finding in other letters"] = (new EntryFilter { Finding = "GHS9001" }, [5]),
        ["broken rule"] = (new EntryFilter { Finding = "tasks" }, [6]),
        ["code"] = (new EntryFilter { Code = "GH4003" }, [4, 2]),
        ["code in other letters"] = (new EntryFilter { Code = "gh4003" }, [4, 2]),
        ["act"] = (new EntryFilter { Act = "control.revoke" }, [8]),
        ["text of a detail"] = (new EntryFilter { Text = "Mail-Results" }, [5]),
        ["text of a fact"] = (new EntryFilter { Text = "laptop stolen" }, [8]),
        ["words in any order"] = (new EntryFilter { Text = "file read" }, [7, 4, 3, 2, 1]),
        ["a word that is not there"] = (new EntryFilter { Text = "read elephants" }, []),
        ["no arguments"] = (new EntryFilter { Text = "secret" }, []),
        ["time"] = (new EntryFilter { Since = LogFolder.Start.AddSeconds(2), Until = LogFolder.Start.AddSeconds(4) }, [3, 2]),
        ["several"] = (new EntryFilter { Person = "alice", Server = "files", Code = "GH4003" }, [2]),
        ["oldest first"] = (new EntryFilter { Person = "bob", OldestFirst = true }, [4, 8, 9]),
    };

    private void WriteAll()
    {
        folder.Write(1, LogFolder.Ended(1), LogFolder.Ended(2, code: "GH4003"), LogFolder.Ended(3), LogFolder.Ended(4, "bob", "GH4003"));
        folder.Write(2,
            LogFolder.Ended(5) with
            {
                Server = "mail",
                Name = "send",
                ClientId = "phone",
                Parts = [new(AuditPartKind.Decision, AuditOutcome.Permit), new(AuditPartKind.Detection, AuditOutcome.Warn, "text-ghs9001", "result medium 120+34 mail-results")],
            },
            LogFolder.Ended(6) with
            {
                Issuer = "https://other.example.com",
                Method = "ping",
                Name = null,
                Parts = [new(AuditPartKind.Rule, AuditOutcome.Warn, "tasks")],
            },
            LogFolder.Ended(7) with
            {
                Kind = AuditEntryKind.Begun,
                Payload = new AuditPayload(Convert.ToBase64String("sealed secret"u8.ToArray()), AuditPayload.Whole, 9),
            },
            Control(8, ("act", "control.revoke"), ("subject", "bob"), ("why", "laptop stolen")),
            Control(9, ("act", "control.session.revoke"), ("by", "bob")));
    }

    private static AuditEntry Control(int number, params (string Name, string Value)[] facts) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = $"01exchange{number:d16}",
        At = LogFolder.Start.AddSeconds(number),
        Facts = [.. facts.Select(fact => KeyValuePair.Create(fact.Name, fact.Value))],
    };

    private AuditIndex Open(KeyRing? other = null, ILogSource? source = null) =>
        AuditIndex.InFile(folder.Index, other ?? ring, source ?? folder.Source, one => reports.Add(one.Message));

    private static async Task<List<int>> FindAsync(IEntrySearch search, EntryFilter filter, EntryScope? scope = null) =>
        [.. (await search.FindAsync(filter, scope, default)).Entries.Select(entry => int.Parse(entry.GetProperty("id").GetString()![10..], null))];

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task AnIndexAndAScan_FindTheSameEntries_InOrder(string name)
    {
        WriteAll();
        var (filter, found) = Cases[name];
        Assert.Null(filter.Fault());
        await using var index = Open();
        Assert.Equal(found, await FindAsync(index, filter));
        Assert.Equal(found, await FindAsync(new LogScan(folder.Source), filter));
    }

    // An act of an administrator at one issuer upon a person at another one names two persons.
    [Fact]
    public async Task APersonAtAnIssuer_IsFoundWhateverTheirPartIs_AndNotMixedWithAnother()
    {
        folder.Write(1, Control(1, ("act", "control.revoke"), ("by", "olga"), ("byIssuer", "https://a.example"), ("about", "bob"), ("aboutIssuer", "https://b.example")));
        await using var index = Open();
        foreach (var search in (IEntrySearch[])[index, new LogScan(folder.Source)])
        {
            Assert.Equal([1], await FindAsync(search, new EntryFilter { Person = "bob", Issuer = "https://b.example" }));
            Assert.Equal([1], await FindAsync(search, new EntryFilter { Person = "olga", Issuer = "https://a.example" }));
            Assert.Empty(await FindAsync(search, new EntryFilter { Person = "bob", Issuer = "https://a.example" }));
        }
    }

    // Threat: a backup of the index alone, or what the disk still has of a deleted one, names a person who was erased since.
    [Fact]
    [Trait("Requirement", "DP-03")]
    public async Task ACopyOfADeletedIndex_OpensNothing_AndItsKeyIsOverwrittenInItsPlace()
    {
        WriteAll();
        var (key, copy, kept) = (folder.Index + ".key", folder.Index + ".copy", folder.Index + ".kept");
        await using (var index = Open()) Assert.Equal(9, await index.CatchUpAsync(default));
        File.Copy(folder.Index, copy);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        File.CreateSymbolicLink(key + ".link", kept);
        File.Move(key, kept);
        File.Move(key + ".link", key); // the bytes stay reachable after the deletion
        await using (var index = Open()) await index.DeleteAsync();
        Assert.False(File.Exists(folder.Index));
        Assert.All(await File.ReadAllBytesAsync(kept, TestContext.Current.CancellationToken), one => Assert.Equal(0, one));
        File.Copy(copy, folder.Index);
        await using var restored = Open();
        Assert.Equal(9, await restored.CatchUpAsync(default)); // read from the log again
        Assert.Contains("another key ring", Assert.Single(reports), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnIndexThatIsOpenedAgain_IsUsedWithItsKey()
    {
        WriteAll();
        await using (var index = Open()) await index.CatchUpAsync(default);
        await using var again = Open();
        Assert.Equal(0, await again.CatchUpAsync(default));
        Assert.Empty(reports);
    }

    [Fact]
    public async Task AReaderOfOwnEntries_FindsThoseOfIssuerAndSubject_AndNoOthers()
    {
        WriteAll();
        await using var index = Open();
        foreach (var search in (IEntrySearch[])[index, new LogScan(folder.Source)])
        {
            Assert.Equal([4], await FindAsync(search, new EntryFilter(), EntryScope.Of(new EntryOwner("https://login.example.com", "bob"))));
            Assert.Equal([], await FindAsync(search, new EntryFilter { Person = "alice" }, EntryScope.Of(new EntryOwner("https://login.example.com", "bob"))));
            Assert.Equal([6], await FindAsync(search, new EntryFilter(), EntryScope.Of(new EntryOwner("https://other.example.com", "alice"))));
            Assert.Equal(1, (await search.CountByFacetAsync(new EntryFilter(), EntryScope.Of(new EntryOwner("https://login.example.com", "bob")), default)).Entries);
        }
    }

    [Fact]
    public async Task Pages_JoinWithoutAnEntryTwiceOrMissing()
    {
        WriteAll();
        await using var index = Open();
        foreach (var search in (IEntrySearch[])[index, new LogScan(folder.Source)])
        {
            List<string> ids = [];
            for (string? after = null; ;)
            {
                var page = await search.FindAsync(new EntryFilter { Limit = 2, After = after }, null, default);
                ids.AddRange(page.Entries.Select(entry => entry.GetProperty("id").GetString()!));
                if ((after = page.Next) is null) break;
            }

            Assert.Equal(Enumerable.Range(1, 9).Reverse().Select(number => $"01exchange{number:d16}"), ids);
        }
    }

    [Fact]
    public async Task AReaderWhoFollows_GetsEntriesInTheOrderOfTheLog_WhateverTheirTime()
    {
        folder.Write(1, LogFolder.Ended(5));
        await using var index = Open();
        var first = (await index.FindAsync(new EntryFilter { Limit = 1 }, null, default)).Last;
        Assert.Equal([], await FindAsync(index, new EntryFilter { Behind = first }));
        folder.Write(1, LogFolder.Ended(7), LogFolder.Ended(3), LogFolder.Ended(6));
        foreach (var search in (IEntrySearch[])[index, new LogScan(folder.Source)])
        {
            Assert.Equal([7, 3, 6], await FindAsync(search, new EntryFilter { Behind = first }));
            Assert.Equal([7, 3], await FindAsync(search, new EntryFilter { Behind = first, Limit = 2 }));
        }
    }

    [Fact]
    public async Task Counts_AreThoseOfAScan()
    {
        WriteAll();
        await using var index = Open();
        foreach (var filter in (EntryFilter[])[new(), new() { Person = "alice" }, new() { Since = LogFolder.Start.AddSeconds(3) }])
        {
            Assert.Equal(JsonSerializer.Serialize(await new LogScan(folder.Source).CountByFacetAsync(filter, null, default)),
                JsonSerializer.Serialize(await index.CountByFacetAsync(filter, null, default)));
            var number = (await index.CountByFacetAsync(filter, null, default)).Entries;
            foreach (var search in (IEntrySearch[])[index, new LogScan(folder.Source)])
                Assert.Equal(number, await search.CountAsync(filter, null, default));
        }

        var counts = await index.CountByFacetAsync(new EntryFilter(), null, default);
        Assert.Contains(new EntryCount("GH4003", 2), counts.By["code"]);
        Assert.Equal(9, counts.Entries);
    }

    /// <summary>The beginning and the end of a call name the same finding, which has a reason and an id: it is one finding.</summary>
    [Fact]
    public async Task AFinding_CountsOnceForEachExchange_AndUnderItsReason()
    {
        AuditPart[] found = [new(AuditPartKind.Detection, AuditOutcome.Warn, "text-ghs9001"), new(AuditPartKind.Rule, AuditOutcome.Warn, "tasks")];
        var ended = LogFolder.Ended(2) with { Parts = found };
        folder.Write(1, ended with { Kind = AuditEntryKind.Begun }, ended, LogFolder.Ended(3) with { Parts = [found[0]] });
        await using var index = Open();
        foreach (var search in (IEntrySearch[])[index, new LogScan(folder.Source)])
        {
            var counts = await search.CountByFacetAsync(new EntryFilter(), null, default);
            Assert.Equal(3, counts.Entries);
            Assert.Equal([new EntryCount("text-ghs9001", 2), new EntryCount("tasks", 1)], counts.By["finding"]);
            Assert.Equal(3, (await search.FindAsync(new EntryFilter { Finding = "ghs9001" }, null, default)).Entries.Count);
        }
    }

    [Theory]
    [InlineData("4003")]
    [InlineData("GH403")]
    [InlineData("GHS9001")]
    [InlineData("GH40०3")]
    public void WhatIsNotACode_IsRefused_WithTheRightForm(string code) =>
        Assert.Contains("give GH and four digits, such as GH4003", new EntryFilter { Code = code }.Fault(), StringComparison.Ordinal);

    /// <summary>A place before 1970 is that of no entry: a search behind it would look like the end of the log.</summary>
    [Theory]
    [InlineData("1-2")]
    [InlineData("8df49257c75088-1b")]
    [InlineData("8df49257c750885-0")]
    [InlineData("8df49257c750885")]
    public void APlaceThatNoPageGave_IsRefused_AndNamed(string place) =>
        Assert.Contains($"the place '{place}' is not one that a page gave", new EntryFilter { After = place }.Fault(), StringComparison.Ordinal);

    [Fact]
    public async Task AnEntry_ComesBackWithEveryField_ButItsSealedPayload()
    {
        WriteAll();
        await using var index = Open();
        var page = await index.FindAsync(new EntryFilter { Id = "01exchange0000000000000007" }, null, default);
        var entry = Assert.Single(page.Entries);
        var line = folder.Lines(2).Single(line => line.Contains("0007", StringComparison.Ordinal));
        using var written = JsonDocument.Parse(line);
        Assert.Equal(written.RootElement.EnumerateObject().Where(member => member.Name != "sealed").Select(member => member.ToString()),
            entry.EnumerateObject().Select(member => member.ToString()));
    }

    [Fact]
    public async Task TheIndex_FollowsTheLog_AndReadsNoEarlierEntryAgain()
    {
        folder.Write(1, LogFolder.Ended(1), LogFolder.Ended(2));
        var source = new CountingSource(folder.Source);
        await using (var index = Open(null, source)) Assert.Equal([2, 1], await FindAsync(index, new EntryFilter()));
        Assert.Equal(2, source.Read);
        folder.Write(1, LogFolder.Ended(3));
        folder.Write(2, LogFolder.Ended(4));
        source.Read = 0;
        await using (var index = Open(null, source))
        {
            Assert.Equal([4, 3, 2, 1], await FindAsync(index, new EntryFilter()));
            Assert.Equal(3, source.Read); // the last known one, by which the log is recognized, and two new ones
            folder.Write(2, LogFolder.Ended(5));
            Assert.Equal([5, 4, 3, 2, 1], await FindAsync(index, new EntryFilter()));
            Assert.Equal(5, source.Read);
        }

        Assert.Empty(reports);
    }

    [Fact]
    public async Task AnEntryThatIsNotWhole_IsReadWhenItIs()
    {
        folder.Write(1, LogFolder.Ended(1));
        folder.WriteTorn(1, "\0\u0080not whole"u8);
        await using var index = Open();
        Assert.Equal([1], await FindAsync(index, new EntryFilter()));
        folder.Write(1, LogFolder.Ended(2));
        Assert.Equal([2, 1], await FindAsync(index, new EntryFilter()));
    }

    [Fact]
    public async Task NothingOfAnEntry_IsReadableInTheFiles()
    {
        WriteAll();
        await using var index = Open();
        await index.CatchUpAsync(default);
        var bytes = Encoding.Latin1.GetString([.. Directory.GetFiles(Path.GetDirectoryName(folder.Index)!, "audit-index.db*").SelectMany(ReadShared)]);
        Assert.True(bytes.Length > 10_000);
        Assert.All(["alice", "bob", "desk-app", "phone", "01session", "01exchange", "login.example.com", "read_file", "files", "GH4003", "stolen",
            "tools/call", "sealed secret"], word => Assert.DoesNotContain(word, bytes, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task WithAnotherKey_TheIndexIsDeletedAndMadeAgain()
    {
        WriteAll();
        await using (var index = Open()) await index.CatchUpAsync(default);
        var before = ReadShared(folder.Index);
        await using (var index = Open(KeyRing.CreateInMemory(TimeProvider.System)))
            Assert.Equal([4], await FindAsync(index, new EntryFilter { Session = "01sessionbob" }));
        Assert.Contains("key", Assert.Single(reports), StringComparison.Ordinal);
        var after = ReadShared(folder.Index);
        var sample = before.AsSpan(before.Length / 2, 16).ToArray();
        Assert.True(sample.All(one => one == 0) || after.AsSpan().IndexOf(sample) < 0, "bytes of the earlier index are in the new one");
    }

    [Fact]
    public async Task AfterARotation_TheIndexIsMadeAgainUnderTheNewKey()
    {
        WriteAll();
        await using (var index = Open()) await index.CatchUpAsync(default);
        ring.Rotate();
        await using (var index = Open()) Assert.Equal(9, await CountAsync(index));
        Assert.Single(reports);
    }

    [Fact]
    public async Task ADamagedFile_IsMadeAgain_WithAReport()
    {
        WriteAll();
        await using (var index = Open()) await index.CatchUpAsync(default);
        File.WriteAllText(folder.Index, new string('x', 20_000));
        await using (var index = Open()) Assert.Equal(9, await CountAsync(index));
        Assert.Contains("damaged", Assert.Single(reports), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEntryAtAnotherPosition_DoesNotOpen_AndTheIndexIsMadeAgain()
    {
        WriteAll();
        await using var rows = EntryIndexFile.Open(folder.Index);
        var moved = new MovedEntries(rows);
        await using var index = new AuditIndex(() => moved, () => moved.IsHonest = true, ring, folder.Source, one => reports.Add(one.Message));
        await index.CatchUpAsync(default);
        moved.IsHonest = false;
        Assert.Equal([9, 8, 4], await FindAsync(index, new EntryFilter { Person = "bob" }));
        Assert.Single(reports);
    }

    [Fact]
    public async Task ALogThatWasReplaced_IsReadAgain()
    {
        folder.Write(1, LogFolder.Ended(1), LogFolder.Ended(2));
        await using (var index = Open()) await index.CatchUpAsync(default);
        using var other = new LogFolder();
        other.Write(1, LogFolder.Ended(7), LogFolder.Ended(8), LogFolder.Ended(9));
        File.Copy(other.SegmentOf(1), folder.SegmentOf(1), overwrite: true);
        await using (var index = Open()) Assert.Equal([9, 8, 7], await FindAsync(index, new EntryFilter()));
        Assert.Single(reports);
    }

    [Fact]
    public async Task EntriesOfLogsThatAreGone_AreGone()
    {
        WriteAll();
        await using var index = Open();
        await index.CatchUpAsync(default);
        Directory.Delete(folder.FolderOf(1), recursive: true);
        Assert.Equal([9, 8, 7, 6, 5], await FindAsync(index, new EntryFilter()));
        folder.Write(3, LogFolder.Ended(20));
        Directory.Delete(folder.FolderOf(2), recursive: true);
        Assert.Equal([20], await FindAsync(index, new EntryFilter()));
        Assert.Empty(reports);
    }

    [Fact]
    public async Task ARebuiltIndex_AnswersAsBefore()
    {
        WriteAll();
        await using var index = Open();
        var before = await FindAsync(index, new EntryFilter());
        Assert.Equal(9, await index.RebuildAsync(default));
        Assert.Equal(before, await FindAsync(index, new EntryFilter()));
    }

    [Theory]
    [InlineData("limit")]
    [InlineData("empty")]
    [InlineData("place")]
    [InlineData("text")]
    [InlineData("long")]
    public async Task AFilterOutOfItsRanges_IsRefused(string what)
    {
        EntryFilter filter = what switch
        {
            "limit" => new() { Limit = EntryFilter.LargestPage + 1 },
            "empty" => new() { Person = "" },
            "place" => new() { After = "here" },
            "text" => new() { Text = "- ." },
            _ => new() { Tool = new string('a', EntryFilter.LongestValue + 1) },
        };
        Assert.NotNull(filter.Fault());
        await using var index = Open();
        await Assert.ThrowsAsync<ArgumentException>(() => index.FindAsync(filter, null, default));
        await Assert.ThrowsAsync<ArgumentException>(() => new LogScan(folder.Source).FindAsync(filter, null, default));
    }

    [Fact]
    public void TheShapeOfAFilter_HoldsNamesAndNoValue() => Assert.Equal("person,server,text,since",
        new EntryFilter { Person = "alice", Server = "files", Text = "secret words", Since = LogFolder.Start }.Shape());

    private static async Task<long> CountAsync(AuditIndex index) => (await index.CountByFacetAsync(new EntryFilter(), null, default)).Entries;

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private sealed class CountingSource(ILogSource inner) : ILogSource
    {
        public int Read { get; set; }

        public IReadOnlyList<string> Logs() => inner.Logs();

        public IEnumerable<SourceEntry> ReadFrom(EntryPosition? from) => inner.ReadFrom(from).Select(entry =>
        {
            Read++;
            return entry;
        });
    }

    // Gives each entry the position of another one, until it is deleted.
    private sealed class MovedEntries(IEntryIndexStore inner) : IEntryIndexStore
    {
        public bool IsHonest { get; set; } = true;

        public ValueTask<IndexHead?> ReadHeadAsync(CancellationToken cancellation) => inner.ReadHeadAsync(cancellation);

        public ValueTask BeginAsync(IndexHead head, CancellationToken cancellation) => inner.BeginAsync(head, cancellation);

        public ValueTask AppendAsync(IReadOnlyList<IndexedEntry> rows, IndexHead head, CancellationToken cancellation) =>
            inner.AppendAsync(rows, head, cancellation);

        public ValueTask<long> KeepLogsAsync(IReadOnlyCollection<string> logs, CancellationToken cancellation) =>
            inner.KeepLogsAsync(logs, cancellation);

        public async ValueTask<IReadOnlyList<FoundEntry>> FindAsync(IndexQuestion question, CancellationToken cancellation)
        {
            var found = await inner.FindAsync(question, cancellation);
            return IsHonest ? found : [.. found.Select(one => one with { Index = one.Index + 1 })];
        }

        public ValueTask<long> CountAsync(IndexQuestion question, CancellationToken cancellation) => inner.CountAsync(question, cancellation);

        public ValueTask<IndexCounts> CountByFacetAsync(
            IndexQuestion question, IReadOnlyList<int> facets, CancellationToken cancellation) =>
            inner.CountByFacetAsync(question, facets, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
