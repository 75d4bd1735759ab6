using Gatehouse.Identity.Partitions;
using Gatehouse.Testing;
using Gatehouse.Upstreams;

namespace Gatehouse.Gateway.Tests.Resilience;

/// <summary>Who waits after the processes of a local server failed.</summary>
[Trait("Requirement", "EX-04")]
public sealed class RestartPausesTests
{
    private const int Percent = 12;
    private static readonly CallerPartition Alice = CallerPartition.Of("issuer", "alice");
    private static readonly CallerPartition Bob = CallerPartition.Of("issuer", "bob");

    private readonly ManualTimeProvider clock = new();

    [Fact]
    public void TheFirstRestartIsAtOnce_TheNextPauses_AndNobodyElseDoes()
    {
        var pauses = new RestartPauses(clock);
        pauses.Failed([Alice], Percent);
        Assert.True(pauses.MayStart(Alice, Percent, out _));
        pauses.Failed([Alice], Percent);
        Assert.False(pauses.MayStart(Alice, Percent, out var wait));
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        Assert.True(pauses.MayStart(Bob, Percent, out wait));
        Assert.Equal(TimeSpan.Zero, wait);
    }

    // One process for all ends now and then while somebody's request is under way: that is no row of failures, whoever had it started.
    [Fact]
    public void FailuresFarApart_BeginAnew_ForWhoeverWasThere()
    {
        var pauses = new RestartPauses(clock);
        for (var i = 0; i < 8; i++)
        {
            pauses.Started(Alice);
            clock.Advance(TimeSpan.FromHours(3));
            pauses.Failed([Alice, Bob], Percent);
            Assert.True(pauses.MayUse(Bob, out _), $"failure {i}");
        }
    }

    [Fact]
    public void AFullTable_ForgetsTheOldestFailure_AndNobodyElsesPause()
    {
        var pauses = new RestartPauses(clock);
        pauses.Failed([Bob], Percent);
        clock.Advance(TimeSpan.FromSeconds(1));
        pauses.Failed([Alice], Percent);
        pauses.Failed([Alice], Percent);
        for (var i = 0; i < 45; i++) pauses.Failed([.. Enumerable.Range(i * 90, 90).Select(number => CallerPartition.Of("issuer", $"u{number}"))],
            Percent);
        Assert.False(pauses.MayUse(Alice, out _));
    }

    [Fact]
    public void OneCallerUsesAPartOfTheServersRate_AndItComesBack()
    {
        var pauses = new RestartPauses(clock);
        var part = PartitionedBudget.PartOf(RestartPauses.MostInAMinute, Percent);
        for (var i = 0; i < part; i++) pauses.Failed([Alice], Percent);
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(pauses.MayStart(Alice, Percent, out _));
        Assert.True(pauses.MayStart(Bob, Percent, out _));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(pauses.MayStart(Alice, Percent, out _));
        Assert.Equal(0, pauses.Recent);
    }

    [Fact]
    public void WhatACallerCausesBeyondItsPart_UsesNothingOfTheRate()
    {
        var pauses = new RestartPauses(clock);
        for (var i = 0; i < 2 * RestartPauses.MostInAMinute; i++) pauses.Failed([Alice], Percent);
        Assert.Equal(PartitionedBudget.PartOf(RestartPauses.MostInAMinute, Percent), pauses.Recent);
        Assert.True(pauses.MayStart(Bob, Percent, out _));
        Assert.False(pauses.MayStart(Alice, Percent, out var wait));
        Assert.InRange(wait, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1)); // her own pause has grown with each
    }

    [Fact]
    public void WhoOnlyUsesAProcessThatRuns_WaitsForNoRateOfOthers()
    {
        var pauses = new RestartPauses(clock);
        for (var i = 0; i < RestartPauses.MostInAMinute; i++) pauses.Failed([CallerPartition.Of("issuer", $"caller {i}")], Percent);
        pauses.Failed([Alice], Percent);
        pauses.Failed([Alice], Percent);
        Assert.False(pauses.MayStart(Bob, Percent, out _));
        Assert.True(pauses.MayUse(Bob, out _));
        Assert.False(pauses.MayUse(Alice, out var wait));
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void TheRateOfAll_StopsEverybody_UntilItsOldestFailureIsAMinuteAgo()
    {
        var pauses = new RestartPauses(clock);
        for (var i = 0; i < RestartPauses.MostInAMinute; i++) pauses.Failed([CallerPartition.Of("issuer", $"caller {i}")], Percent);
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.False(pauses.MayStart(Bob, Percent, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(40), wait);
        clock.Advance(wait);
        Assert.True(pauses.MayStart(Bob, Percent, out _));
    }

    [Fact]
    public void OfAProcessOfAll_TheOneWhoWasThereEachTime_PaysTheRate()
    {
        var pauses = new RestartPauses(clock);
        for (var i = 0; i < 20; i++) pauses.Failed([CallerPartition.Of("issuer", $"honest {i}"), Alice], Percent);
        Assert.True(pauses.MayStart(CallerPartition.Of("issuer", "honest 3"), Percent, out _));
        Assert.False(pauses.MayStart(Alice, Percent, out _));
    }
}
