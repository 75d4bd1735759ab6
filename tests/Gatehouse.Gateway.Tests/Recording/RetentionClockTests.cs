using Gatehouse.Gateway.Hosting;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>A clock that is wrong destroys nothing.</summary>
[Trait("Requirement", "DP-03")]
public sealed class RetentionClockTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-clock-");
    private readonly SetClock time = new() { Wall = Start };

    public void Dispose() => folder.Delete(recursive: true);

    private string Record => Path.Join(folder.FullName, "audit-retention-time");

    [Theory]
    [InlineData(0)]
    [InlineData(-400)]
    [InlineData(30)]
    public void AStartNotLongAfterTheLastTime_IsBelieved(int days)
    {
        Assert.True(Started().IsBelieved(NotNew, out _));
        time.Wall += TimeSpan.FromDays(days);
        Assert.True(new RetentionClock(Record, time).IsBelieved(NotNew, out _));
    }

    [Fact]
    public void AStartYearsLater_IsBelievedAfterADayOfRunningTime()
    {
        Started();
        time.Wall += TimeSpan.FromDays(2000);
        var clock = new RetentionClock(Record, time);
        Assert.False(clock.IsBelieved(NotNew, out var ahead));
        Assert.Equal(2000, ahead!.Value.TotalDays);
        for (var hour = 0; hour < 23; hour++)
        {
            time.Pass(TimeSpan.FromHours(1));
            Assert.False(clock.IsBelieved(NotNew, out _));
        }

        time.Pass(TimeSpan.FromHours(1));
        Assert.True(clock.IsBelieved(NotNew, out _));
    }

    // Threat: the process is started again and again with the wrong clock, or the clock is moved while it waits.
    [Fact]
    public void AnotherStart_AndAnotherJump_BeginTheDayAgain()
    {
        Started();
        time.Wall += TimeSpan.FromDays(2000);
        for (var start = 0; start < 3; start++)
        {
            var clock = new RetentionClock(Record, time);
            Assert.False(clock.IsBelieved(NotNew, out _));
            time.Pass(TimeSpan.FromHours(20));
            Assert.False(clock.IsBelieved(NotNew, out _));
        }

        var last = new RetentionClock(Record, time);
        Assert.False(last.IsBelieved(NotNew, out _));
        time.Pass(TimeSpan.FromHours(20));
        time.Wall += TimeSpan.FromDays(300);
        Assert.False(last.IsBelieved(NotNew, out _));
        time.Pass(TimeSpan.FromHours(20));
        Assert.False(last.IsBelieved(NotNew, out _));
        time.Wall = Start + TimeSpan.FromDays(5);
        Assert.True(last.IsBelieved(NotNew, out _));
    }

    [Fact]
    public void AJumpWhileTheProcessRuns_IsNotBelieved_AndALongRunIs()
    {
        var clock = Started();
        time.Pass(TimeSpan.FromDays(3000)); // also without a look for so long
        Assert.True(clock.IsBelieved(NotNew, out _));
        time.Wall += TimeSpan.FromDays(2);
        Assert.False(clock.IsBelieved(NotNew, out var ahead));
        Assert.Equal(2, ahead!.Value.TotalDays);
    }

    // A machine without a battery begins in the past, and is corrected when it has a network.
    [Fact]
    public void AClockThatBeganInThePastAndIsCorrected_IsBelieved()
    {
        Started();
        time.Wall = DateTimeOffset.UnixEpoch;
        var clock = new RetentionClock(Record, time);
        Assert.True(clock.IsBelieved(NotNew, out _));
        time.Pass(TimeSpan.FromMinutes(5));
        time.Wall = Start + TimeSpan.FromHours(1);
        Assert.True(clock.IsBelieved(NotNew, out _));
        Assert.True(new RetentionClock(Record, time).IsBelieved(NotNew, out _));
    }

    // Threat: a first start with a clock that is ahead makes a record under which every clock of the next years is believed.
    [Fact]
    public void ARecordThatWasAhead_IsSetBack_WhenTheClockStaysBehindItForADay()
    {
        time.Wall = Start + TimeSpan.FromDays(3650);
        Started();
        time.Wall = Start;
        var clock = new RetentionClock(Record, time);
        for (var hour = 0; hour < 25; hour++)
        {
            Assert.True(clock.IsBelieved(NotNew, out _));
            time.Pass(TimeSpan.FromHours(1));
        }

        time.Wall += TimeSpan.FromDays(1000);
        Assert.False(clock.IsBelieved(NotNew, out _));
        Assert.False(new RetentionClock(Record, time).IsBelieved(NotNew, out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("9999-12-31T23:59:59.9999999+00:00")]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-11-23T12:00:00.0000000+00:00 and more than a record of a time can have in all")]
    public void WithoutALastTime_AFolderThatIsNotNewWaits(string? text)
    {
        if (text is not null) File.WriteAllText(Record, text);
        var clock = new RetentionClock(Record, time);
        Assert.False(clock.IsBelieved(NotNew, out var ahead));
        Assert.Null(ahead);
        Assert.True(clock.IsBelieved(static () => false, out _));
    }

    [Fact]
    public async Task YearsAhead_NoKeyIsDestroyed_AndTheOperatorReadsWhy()
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        await PersonalFactsTests.CallAsync(gateway, "alice");
        var at = gateway.EntriesWithEnded(1)[0].GetProperty("at").GetDateTimeOffset();
        await RetainAsync(gateway, at.AddYears(6), isGuarded: true);
        Assert.Equal("alice", gateway.EntriesWithEnded(1).Last(entry => entry.GetProperty("kind").GetString() == "ended").GetProperty("sub").GetString());
        Assert.Contains("nothing is destroyed until it has stayed so for 24 h", gateway.Diagnostics, StringComparison.Ordinal);
    }

    // A record that cannot be read ends nothing but destruction: the index is deleted, and keys that were destroyed before are overwritten.
    [Fact]
    public async Task WithoutItsRecord_NoKeyIsDestroyed_AndTheOtherWorkOfTheRunIsDone()
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        await PersonalFactsTests.CallAsync(gateway, "alice");
        var at = gateway.EntriesWithEnded(1)[0].GetProperty("at").GetDateTimeOffset();
        File.Delete(gateway.Host.State.RetentionTime);
        Directory.CreateDirectory(gateway.Host.State.RetentionTime); // cannot be read, for root too
        await Assert.ThrowsAnyAsync<Exception>(() => RetainAsync(gateway, at.AddDays(100), isGuarded: true));
        Assert.Equal("alice", gateway.EntriesWithEnded(1).Last(entry => entry.GetProperty("kind").GetString() == "ended").GetProperty("sub").GetString());
    }

    // What was destroyed cannot be helped. What is written after it can be read.
    [Fact]
    public async Task AfterAClockThatWasAhead_NewEntriesCanBeRead_AndTheOperatorIsWarned()
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        await PersonalFactsTests.CallAsync(gateway, "alice");
        var at = gateway.EntriesWithEnded(1)[0].GetProperty("at").GetDateTimeOffset();
        await RetainAsync(gateway, at.AddYears(6), isGuarded: false);
        await PersonalFactsTests.CallAsync(gateway, "alice");
        var ended = gateway.EntriesWithEnded(2).Where(entry => entry.GetProperty("kind").GetString() == "ended").ToList();
        Assert.False(ended[0].TryGetProperty("sub", out _));
        Assert.Equal("alice", ended[1].GetProperty("sub").GetString());
        await RetainAsync(gateway, at, isGuarded: false);
        Assert.Contains("the clock was ahead once: keys of the audit log were destroyed to", gateway.Diagnostics, StringComparison.Ordinal);
    }

    private static bool NotNew() => true;

    private RetentionClock Started()
    {
        var clock = new RetentionClock(Record, time);
        Assert.True(clock.IsBelieved(static () => false, out _));
        return clock;
    }

    private static async Task RetainAsync(TestGateway gateway, DateTimeOffset now, bool isGuarded)
    {
        var (services, time) = (gateway.Host.Core.Services, new ManualTimeProvider(now));
        using var watch = new RetentionWatch(services.SubjectKeys, services.AuditIndex, services.Journal, services.KeptConfigurations,
            () => new RetentionSettings { Calls = TimeSpan.FromDays(30) }, time, services.Log, null, null,
            isGuarded ? new RetentionClock(gateway.Host.State.RetentionTime, time) : null);
        await watch.DestroyAsync();
    }

    private sealed class SetClock : TimeProvider
    {
        private long ticks;

        public DateTimeOffset Wall { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan span) => (Wall, ticks) = (Wall + span, ticks + span.Ticks);

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => ticks;
    }
}
