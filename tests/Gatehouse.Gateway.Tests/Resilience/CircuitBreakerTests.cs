using Gatehouse.Identity.Partitions;
using Gatehouse.Testing;
using Gatehouse.Upstreams.Resilience;

namespace Gatehouse.Gateway.Tests.Resilience;

/// <summary>When a failing server is left alone, and what brings it back.</summary>
[Trait("Requirement", "EX-04")]
public sealed class CircuitBreakerTests
{
    private static readonly CallerPartition Alice = CallerPartition.Of("issuer", "alice");
    private static readonly CallerPartition Bob = CallerPartition.Of("issuer", "bob");

    private readonly ManualTimeProvider clock = new();

    [Fact]
    public void FailuresInARow_RestTheServer_AndOneTrialDecides()
    {
        var breaker = New(after: 3);
        breaker.Failed(null);
        breaker.Failed(null);
        breaker.Succeeded();
        breaker.Failed(null);
        breaker.Failed(null);
        Assert.True(breaker.TryEnter(out _, out _));
        Assert.False(breaker.Failed(null));
        Assert.False(breaker.TryEnter(out var wait, out _));
        Assert.Equal(TimeSpan.FromSeconds(10), wait);
        Assert.Equal("resting 10 s", breaker.State);

        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(breaker.TryEnter(out _, out var mustAsk));
        Assert.True(mustAsk);
        Assert.Equal("trying", breaker.State);
        Assert.False(breaker.TryEnter(out _, out _)); // one question at a time
        breaker.Asked(answered: true);
        Assert.True(breaker.TryEnter(out _, out mustAsk));
        Assert.False(mustAsk);
        Assert.Equal("answering", breaker.State);
    }

    [Fact]
    public void FailuresOfOneCaller_OpenNothing_UntilTheServerDoesNotAnswerTheGateway()
    {
        var breaker = New(after: 3);
        for (var row = 0; row < 5; row++)
        {
            Assert.False(breaker.Failed(Alice));
            Assert.False(breaker.Failed(Alice));
            Assert.True(breaker.Failed(Alice));
            Assert.False(breaker.Failed(Alice)); // asked once
            Assert.True(breaker.TryEnter(out _, out var mustAsk)); // open to all meanwhile
            Assert.False(mustAsk);
            breaker.Asked(answered: true);
        }

        for (var i = 0; i < 3; i++) breaker.Failed(Alice);
        breaker.Asked(answered: false);
        Assert.False(breaker.TryEnter(out _, out _));
    }

    [Fact]
    public void FailuresOfTwoCallers_OrWithoutAConnection_RestItAtOnce()
    {
        var two = New(after: 2);
        two.Failed(Alice);
        Assert.False(two.Failed(Bob));
        Assert.False(two.TryEnter(out _, out _));
        var none = New(after: 2);
        none.Failed(null);
        Assert.False(none.Failed(Alice));
        Assert.False(none.TryEnter(out _, out _));
    }

    [Fact]
    public void AnotherAnswerMeanwhile_OutweighsTheQuestion()
    {
        var breaker = New(after: 1);
        Assert.True(breaker.Failed(Alice));
        breaker.Succeeded();
        breaker.Asked(answered: false);
        Assert.True(breaker.TryEnter(out _, out _));
    }

    [Fact]
    public void AFailedTrial_DoublesThePauseUpToEightTimes()
    {
        var breaker = New(after: 1);
        breaker.Failed(null);
        foreach (var seconds in new[] { 10, 20, 40, 80, 80 })
        {
            Assert.False(breaker.TryEnter(out var wait, out _));
            Assert.Equal(TimeSpan.FromSeconds(seconds), wait);
            breaker.Failed(null); // late news of what is known does not lengthen the pause
            clock.Advance(wait);
            Assert.True(breaker.TryEnter(out _, out _));
            breaker.Failed(Bob); // nor does a request of before decide
            breaker.Asked(answered: false);
        }
    }

    [Fact]
    public void ChanceAddsUpToAHalf()
    {
        var breaker = new CircuitBreaker(1, TimeSpan.FromSeconds(10), clock, () => 1);
        breaker.Failed(null);
        Assert.False(breaker.TryEnter(out var wait, out _));
        Assert.Equal(TimeSpan.FromSeconds(15), wait);
        Assert.Equal(wait, breaker.Wait);
    }

    // An operator reads of each beginning and of each end, and of nothing in between.
    [Fact]
    public void BeginningAndEndOfAPause_AreReportedOnce()
    {
        var changes = new List<TimeSpan?>();
        var breaker = new CircuitBreaker(2, TimeSpan.FromSeconds(10), clock, () => 0) { Changed = changes.Add };
        breaker.Succeeded();
        Assert.True(FailTwice(breaker, Alice)); // all of one caller: the server is asked first
        breaker.Asked(answered: true);
        Assert.Empty(changes);

        FailTwice(breaker, Alice);
        breaker.Asked(answered: false);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(breaker.TryEnter(out _, out _));
        breaker.Asked(answered: false); // rests on, for longer
        Assert.Equal([TimeSpan.FromSeconds(10)], changes);
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.True(breaker.TryEnter(out _, out _));
        breaker.Asked(answered: true);
        Assert.Equal([TimeSpan.FromSeconds(10), null], changes);

        breaker.Failed(Alice);
        breaker.Failed(Bob); // of two callers
        breaker.Succeeded(); // the answer to an earlier request
        Assert.Equal([TimeSpan.FromSeconds(10), null, TimeSpan.FromSeconds(10), null], changes);
    }

    private static bool FailTwice(CircuitBreaker breaker, CallerPartition? caller) => breaker.Failed(caller) | breaker.Failed(caller);

    [Fact]
    public void Nought_NeverRests()
    {
        var breaker = New(after: 0);
        for (var i = 0; i < 100; i++) Assert.False(breaker.Failed(i % 2 == 0 ? null : Alice));
        Assert.True(breaker.TryEnter(out _, out _));
    }

    private CircuitBreaker New(int after) => new(after, TimeSpan.FromSeconds(10), clock, () => 0);
}
