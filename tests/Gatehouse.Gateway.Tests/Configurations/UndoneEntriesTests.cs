using System.Text.Json;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Configurations;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>History and rollback have one rule for the entry that another one undoes (CO-02).</summary>
[Trait("Requirement", "CO-02")]
public sealed class UndoneEntriesTests
{
    private static readonly string[] OfAnEarlierBuild =
    [
        Entry(2, EntryActs.Refused, "\"undone\":\"yes\""),
        Entry(3, EntryActs.Applied),
    ];

    // The entry that was undone is archived. A later one of the same configuration is not undone by that.
    [Fact]
    public async Task AnEntryOfAnEarlierBuild_UndoesNoLaterOne_WhereItsOwnIsArchived()
    {
        var log = new ConfigurationLog(new Entries(OfAnEarlierBuild));
        Assert.Equal([Digest], await log.FindAsync("ab", withReplaced: false, CancellationToken.None));
        Assert.True((await log.NewestAsync(10, Digest, null, CancellationToken.None))[0].IsInForce);
    }

    [Fact]
    public async Task AnEntryOfAnEarlierBuild_UndoesTheNewestBeforeIt()
    {
        var log = new ConfigurationLog(new Entries([Entry(1, EntryActs.Applied), .. OfAnEarlierBuild[..1]]));
        Assert.Empty(await log.FindAsync("ab", withReplaced: false, CancellationToken.None));
        Assert.DoesNotContain(await log.NewestAsync(10, Digest, null, CancellationToken.None), view => view.IsInForce == true);
    }

    // The name of a change decides, and each name once.
    [Fact]
    public async Task AnEntryWithTheNameOfAChange_UndoesThatOneOnly()
    {
        var log = new ConfigurationLog(new Entries(
        [
            Entry(1, EntryActs.Applied), Entry(2, EntryActs.Applied, "\"change\":\"c1\""), Entry(3, EntryActs.Refused, "\"undone\":\"yes\",\"change\":\"c1\""),
            Entry(4, EntryActs.Refused, "\"undone\":\"yes\",\"change\":\"c1\""), Entry(5, EntryActs.Refused, "\"undone\":\"yes\",\"change\":\"c9\""),
        ]));
        Assert.Equal([Digest], await log.FindAsync("ab", withReplaced: false, CancellationToken.None));
        Assert.Equal("1", Assert.Single(await log.NewestAsync(10, Digest, null, CancellationToken.None), view => view.IsInForce == true).Id);
    }

    // The order of the store loses the one before with its texts. The log has it.
    [Fact]
    public async Task TheConfigurationBefore_IsTheOneInForceBeforeAllStartsOfTheSame_WithoutThoseThatWereUndone()
    {
        const string Older = "1111111111111111111111111111111111111111111111111111111111111111";
        string[] entries =
        [
            Entry(1, EntryActs.Applied, null, Older), Entry(2, EntryActs.Applied, "\"change\":\"c1\"", new string('2', 64)),
            Entry(3, EntryActs.Refused, "\"undone\":\"yes\",\"change\":\"c1\"", new string('2', 64)), Entry(4, EntryActs.Applied), Entry(5, EntryActs.Applied),
        ];
        var log = new ConfigurationLog(new Entries(entries));
        Assert.Equal(Older, await log.BeforeAsync(Digest, CancellationToken.None));
        Assert.Null(await log.BeforeAsync(Older, CancellationToken.None));
        Assert.Null(await log.BeforeAsync(new string('9', 64), CancellationToken.None));
        Assert.True(await log.WasRefusedAsync("2222", CancellationToken.None));
        Assert.False(await log.WasRefusedAsync("1111", CancellationToken.None));
    }

    private const string Digest = "abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcd";

    private static string Entry(int minute, string act, string? further = null, string digest = Digest) =>
        $$"""{"kind":"control","id":"{{minute}}","at":"2026-01-01T00:0{{minute}}:00Z","act":"{{act}}","digest":"{{digest}}"{{(further is null ? "" : "," + further)}}}""";

    private sealed class Entries(IReadOnlyList<string> entries) : IEntrySearch
    {
        public Task<EntryPage> FindAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation)
        {
            var found = entries.Select(text => JsonSerializer.Deserialize<JsonElement>(text))
                .Where(entry => entry.GetProperty("act").GetString() == filter.Act)
                .Reverse().ToList();
            return Task.FromResult(new EntryPage(found, null, null)
            {
                Positions = [.. found.Select(entry => new EntryPosition("log-1", long.Parse(entry.GetProperty("id").GetString()!, null)))],
            });
        }

        public Task<EntryCounts> CountByFacetAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<long> CountAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
