using Gatehouse.Pipeline.Records;
using Xunit;

namespace Gatehouse.Pipeline.Tests;

public sealed class IdsTests
{
    // Each thread takes its random bytes from a part of its own. The clock does not move, so that only they make ids differ.
    [Fact]
    public async Task IdsOfManyThreads_AreAllDifferent_AndHaveTheirForm()
    {
        var time = new Gatehouse.Testing.ManualTimeProvider();
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () => Enumerable.Range(0, 20_000).Select(_ => Ids.New(time)).ToList(), TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var all = made.SelectMany(static ids => ids).ToList();
        Assert.Equal(all.Count, all.ToHashSet(StringComparer.Ordinal).Count);
        Assert.All(all, static id => Assert.Matches("^[0-9a-hjkmnp-tv-z]{26}$", id));
        Assert.Single(all.Select(static id => id[..10]).Distinct());
        // Each letter of the random part occurs about as often as every other one: a part that is not filled shows as zeros.
        var letters = all.SelectMany(static id => id[10..]).CountBy(static letter => letter).ToList();
        Assert.Equal(32, letters.Count);
        var expected = all.Count * 16 / 32;
        Assert.All(letters, letter => Assert.InRange(letter.Value, expected * 9 / 10, expected * 11 / 10));
    }
}
