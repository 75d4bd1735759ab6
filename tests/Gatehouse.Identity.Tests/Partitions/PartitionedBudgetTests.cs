using System.Net;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.Identity.Tests.Partitions;

/// <summary>One caller gets its part of a common bound and no more, whatever it calls itself.</summary>
public sealed class PartitionedBudgetTests
{
    private static readonly CallerPartition Alice = CallerPartition.Of("https://a", "alice");
    private static readonly CallerPartition Bob = CallerPartition.Of("https://a", "bob");

    [Fact]
    public void OnePartition_HasItsPart_AndTheRestIsForOthers()
    {
        var budget = new PartitionedBudget();
        Assert.Equal(PartitionedVerdict.Taken, budget.TryTake(Alice, 3, 10, 3));
        Assert.Equal(PartitionedVerdict.PartSpent, budget.TryTake(Alice, 1, 10, 3));
        Assert.Equal(PartitionedVerdict.Taken, budget.TryTake(Bob, 3, 10, 3));
        Assert.Equal(PartitionedVerdict.AllSpent, budget.TryTake(CallerPartition.Of("https://b", "alice"), 3, 8, 3));
        budget.Return(Alice, 3);
        budget.Return(Bob, 3);
        Assert.Equal((0, 0), (budget.Used, budget.Partitions));
    }

    [Fact]
    public void MoreThanWasTaken_IsNotGivenBack()
    {
        var budget = new PartitionedBudget();
        budget.TryTake(Alice, 2, 10, 10);
        Assert.Throws<InvalidOperationException>(() => budget.Return(Bob, 1));
        Assert.Throws<InvalidOperationException>(() => budget.Return(Alice, 3));
        Assert.Equal(2, budget.Used);
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.0/24")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.0/24")]
    [InlineData("2001:db8:1:2::3", "2001:db8:1::/48")]
    [InlineData("::1", "::/48")]
    public void AnAddressBlock_HasANetwork(string address, string network) =>
        Assert.Equal(network, CallerPartition.Of(IPAddress.Parse(address)).Network()?.ToString());

    [Fact]
    public void ACaller_AndAPeerWithoutAnAddress_HaveNone() => Assert.Equal((null, null), (Alice.Network(), CallerPartition.Unknown.Network()));

    [Theory]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff:2", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    public void AddressBlocks_AreOnePartition(string one, string other, bool equal) =>
        Assert.Equal(equal, CallerPartition.Of(IPAddress.Parse(one)) == CallerPartition.Of(IPAddress.Parse(other)));

    [Fact]
    public void Callers_AreNeverAddresses() =>
        Assert.NotEqual(CallerPartition.Of("192.0.2.7", ""), CallerPartition.Of(IPAddress.Parse("192.0.2.7")));

    [Theory]
    [InlineData(64, 12, 8)]
    [InlineData(1, 1, 1)]
    [InlineData(3, 100, 3)]
    public void Parts_AreAtLeastOne(long total, int percent, long part) => Assert.Equal(part, PartitionedBudget.PartOf(total, percent));

    [Fact]
    public void ManyAtOnce_NeverHoldMoreThanTheBounds()
    {
        var budget = new PartitionedBudget();
        Parallel.For(0, 20_000, i =>
        {
            var who = i % 2 == 0 ? Alice : Bob;
            if (budget.TryTake(who, 1, 6, 4) != PartitionedVerdict.Taken) return;
            Assert.InRange(budget.HeldBy(who), 0, 4);
            Assert.InRange(budget.Used, 0, 6);
            budget.Return(who, 1);
        });
        Assert.Equal((0, 0), (budget.Used, budget.Partitions));
    }
}
