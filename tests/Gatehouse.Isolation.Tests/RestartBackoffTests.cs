using Gatehouse.Testing;

namespace Gatehouse.Isolation.Tests;

[Trait("Requirement", "G16")]
public sealed class RestartBackoffTests
{
    private readonly ManualTimeProvider time = new();

    [Fact]
    public void TheFirstStart_IsDueAtOnce()
    {
        Assert.True(new RestartBackoff(time).MayStart(out var wait));
        Assert.Equal(TimeSpan.Zero, wait);
    }

    [Fact]
    public void TheFirstRestart_IsDueAtOnce()
    {
        var backoff = new RestartBackoff(time);
        backoff.Failed();
        Assert.True(backoff.MayStart(out var wait));
        Assert.Equal(TimeSpan.Zero, wait);
    }

    [Theory]
    [InlineData(2, 1, 2)]
    [InlineData(3, 2, 4)]
    [InlineData(4, 4, 8)]
    [InlineData(6, 16, 32)]
    [InlineData(7, 30, 60)]
    [InlineData(1000, 30, 60)]
    public void Pauses_GrowToTheLimit(int failures, int shortest, int longest)
    {
        var backoff = new RestartBackoff(time);
        for (var failure = 0; failure < failures; failure++)
            backoff.Failed();
        Assert.False(backoff.MayStart(out var wait));
        Assert.InRange(wait, TimeSpan.FromSeconds(shortest), TimeSpan.FromSeconds(longest));
    }

    [Fact]
    public void Pauses_Differ()
    {
        var waits = Enumerable.Range(0, 50).Select(_ =>
        {
            var backoff = new RestartBackoff(time);
            backoff.Failed();
            backoff.Failed();
            backoff.MayStart(out var wait);
            return wait;
        });
        Assert.True(waits.Distinct().Count() > 10);
    }

    [Fact]
    public void AfterThePause_AStartIsDue()
    {
        var backoff = new RestartBackoff(time);
        backoff.Failed();
        backoff.Failed();
        backoff.MayStart(out var wait);
        time.Advance(wait - TimeSpan.FromTicks(1));
        Assert.False(backoff.MayStart(out _));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.True(backoff.MayStart(out _));
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    public void AStableMinute_ForgetsEarlierFailures(int seconds, bool isForgotten)
    {
        var backoff = new RestartBackoff(time);
        for (var failure = 0; failure < 7; failure++)
            backoff.Failed();
        backoff.Started();
        time.Advance(TimeSpan.FromSeconds(seconds));
        backoff.Failed();
        backoff.MayStart(out var wait);
        Assert.Equal(isForgotten, wait <= TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void SettingTheWallClock_ChangesNothing()
    {
        var backoff = new RestartBackoff(time);
        backoff.Failed();
        backoff.Failed();
        time.SetUtcNow(time.GetUtcNow().AddDays(1));
        Assert.False(backoff.MayStart(out _));
    }
}
