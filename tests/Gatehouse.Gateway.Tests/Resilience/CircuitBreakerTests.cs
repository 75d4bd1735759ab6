using Gatehouse.Gateway.Resilience;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Resilience;

/// <summary>When a failing server is left alone, and who tries it again.</summary>
[Trait("Requirement", "EX-04")]
public sealed class CircuitBreakerTests
{
    private readonly ManualTimeProvider clock = new();

    [Fact]
    public void FailuresInARow_RestTheServer_AndOneTrialDecides()
    {
        var breaker = New(after: 3);
        breaker.Failed();
        breaker.Failed();
        breaker.Succeeded();
        breaker.Failed();
        breaker.Failed();
        Assert.True(breaker.TryEnter(out _, out _));
        breaker.Failed();
        Assert.False(breaker.TryEnter(out var wait, out _));
        Assert.Equal(TimeSpan.FromSeconds(10), wait);
        Assert.Equal("resting 10 s", breaker.State);

        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(breaker.TryEnter(out _, out var isTrial));
        Assert.True(isTrial);
        Assert.Equal("trying", breaker.State);
        Assert.False(breaker.TryEnter(out _, out _)); // one at a time
        breaker.Succeeded();
        Assert.True(breaker.TryEnter(out _, out isTrial));
        Assert.False(isTrial);
        Assert.Equal("answering", breaker.State);
    }

    [Fact]
    public void AFailedTrial_DoublesThePauseUpToEightTimes()
    {
        var breaker = New(after: 1);
        breaker.Failed();
        foreach (var seconds in new[] { 10, 20, 40, 80, 80 })
        {
            Assert.False(breaker.TryEnter(out var wait, out _));
            Assert.Equal(TimeSpan.FromSeconds(seconds), wait);
            clock.Advance(wait);
            Assert.True(breaker.TryEnter(out _, out _));
            breaker.Failed();
        }
    }

    [Fact]
    public void ATrialWithoutNews_LetsAnotherTry_AndALateTimeoutCountsAsItsFailure()
    {
        var breaker = New(after: 1);
        breaker.Failed();
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(breaker.TryEnter(out _, out _));
        breaker.Withdrawn();
        Assert.True(breaker.TryEnter(out _, out _));
        breaker.Withdrawn();
        breaker.Failed();
        Assert.False(breaker.TryEnter(out var wait, out _));
        Assert.Equal(TimeSpan.FromSeconds(20), wait);
        breaker.Failed(); // late news of what is known does not lengthen the pause
        Assert.False(breaker.TryEnter(out wait, out _));
        Assert.Equal(TimeSpan.FromSeconds(20), wait);
    }

    [Fact]
    public void ChanceAddsUpToAHalf()
    {
        var breaker = new CircuitBreaker(1, TimeSpan.FromSeconds(10), clock, () => 1);
        breaker.Failed();
        Assert.False(breaker.TryEnter(out var wait, out _));
        Assert.Equal(TimeSpan.FromSeconds(15), wait);
    }

    [Fact]
    public void Nought_NeverRests()
    {
        var breaker = New(after: 0);
        for (var i = 0; i < 100; i++) breaker.Failed();
        Assert.True(breaker.TryEnter(out _, out _));
    }

    private CircuitBreaker New(int after) => new(after, TimeSpan.FromSeconds(10), clock, () => 0);
}
