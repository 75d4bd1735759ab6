using System.Net;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Partitions;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Issuers;

/// <summary>What strangers can provoke has a part for each address block (CWE-770).</summary>
public sealed class ProvokedBudgetTests
{
    private readonly ManualTimeProvider clock = new();

    [Fact]
    public void APartThatIsSpent_LeavesTheRestToOthers_AndComesBackWithTime()
    {
        var budget = new ProvokedBudget(20, () => 25, clock.GetUtcNow());
        var takes = Enumerable.Range(0, 20).Count(_ => Take(budget, 1));
        Assert.Equal(5, takes);
        Assert.True(Take(budget, 2));
        clock.Advance(TimeSpan.FromSeconds(12));
        Assert.True(Take(budget, 1));
        Assert.False(Take(budget, 1));
    }

    [Fact]
    public void AllTogether_NeverTakeMoreThanTheWholeInAnyMinute()
    {
        var budget = new ProvokedBudget(20, () => 25, clock.GetUtcNow());
        var taken = new List<DateTimeOffset>();
        for (var step = 0; step < 600; step++)
        {
            for (byte block = 0; block < 50; block++)
            {
                if (Take(budget, block))
                    taken.Add(clock.GetUtcNow());
            }

            clock.Advance(TimeSpan.FromMilliseconds(500));
        }

        Assert.All(taken, start => Assert.InRange(taken.Count(at => at >= start && at < start.AddMinutes(1)), 1, 20));
    }

    [Fact]
    public void WhatIsGivenBack_CanBeTakenAgain()
    {
        var budget = new ProvokedBudget(4, () => 25, clock.GetUtcNow());
        for (var round = 0; round < 100; round++)
        {
            Assert.True(Take(budget, 1));
            budget.Return(Peer(1), clock.GetUtcNow());
            Assert.Equal(0, budget.Parts);
        }
    }

    [Fact]
    public void PeersThatCannotBeToldApart_HaveTheWholeInCommon()
    {
        var budget = new ProvokedBudget(20, () => 5, clock.GetUtcNow());
        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => budget.TryTake(CallerPartition.Unknown, clock.GetUtcNow())));
        Assert.Equal(0, budget.Parts);
    }

    [Fact]
    public void BlocksThatRested_AreForgotten()
    {
        var budget = new ProvokedBudget(600, () => 1, clock.GetUtcNow());
        for (var block = 0; block < 20_000; block++)
        {
            budget.TryTake(CallerPartition.Of(new IPAddress([10, (byte)(block >> 16), (byte)(block >> 8), (byte)block])), clock.GetUtcNow());
            clock.Advance(TimeSpan.FromMilliseconds(150));
        }

        Assert.InRange(budget.Parts, 1, 600);
    }

    private bool Take(ProvokedBudget budget, byte block) => budget.TryTake(Peer(block), clock.GetUtcNow());

    private static CallerPartition Peer(byte block) => CallerPartition.Of(new IPAddress([192, 0, 2, block]));
}
