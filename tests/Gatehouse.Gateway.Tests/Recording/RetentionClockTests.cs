using Gatehouse.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>A clock that is wrong destroys nothing.</summary>
[Trait("Requirement", "DP-03")]
[Trait("NoRetry", "yes")]
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

    // Threat: the clock is moved while it waits.
    [Fact]
    public void AnotherJump_BeginsTheDayAgain()
    {
        Started();
        time.Wall += TimeSpan.FromDays(2000);
        var clock = new RetentionClock(Record, time);
        Assert.False(clock.IsBelieved(NotNew, out _));
        time.Pass(TimeSpan.FromHours(20));
        time.Wall += TimeSpan.FromDays(300);
        Assert.False(clock.IsBelieved(NotNew, out _));
        time.Pass(TimeSpan.FromHours(20));
        Assert.False(clock.IsBelieved(NotNew, out _));
        time.Wall -= TimeSpan.FromDays(2);
        Assert.False(clock.IsBelieved(NotNew, out _));
        time.Pass(TimeSpan.FromHours(20));
        Assert.False(clock.IsBelieved(NotNew, out _));
        time.Wall = Start + TimeSpan.FromDays(5);
        Assert.True(clock.IsBelieved(NotNew, out _));
    }

    // A gateway that is started again each day would otherwise never have a day of running time, and keep everything without limit.
    [Theory]
    [InlineData(23)]
    [InlineData(8)]
    [InlineData(0)] // shorter than the time between two looks
    public void RunningTime_CountsOverStarts(int hours)
    {
        Started();
        time.Wall += TimeSpan.FromDays(32);
        var ran = TimeSpan.Zero;
        for (var start = 0; start < 100; start++)
        {
            var clock = new RetentionClock(Record, time);
            Assert.Equal(ran >= RetentionClock.Wait, clock.IsBelieved(NotNew, out _));
            if (ran >= RetentionClock.Wait) return;
            for (var hour = 0; hour < hours && ran < RetentionClock.Wait; hour++)
            {
                time.Pass(TimeSpan.FromHours(1));
                ran += TimeSpan.FromHours(1);
                Assert.Equal(ran >= RetentionClock.Wait, clock.IsBelieved(NotNew, out _));
            }

            if (ran >= RetentionClock.Wait) return;
            time.Pass(TimeSpan.FromMinutes(30));
            ran += TimeSpan.FromMinutes(30);
            clock.Stop();
            time.Wall += TimeSpan.FromHours(10); // off
        }

        Assert.Fail("never believed");
    }

    // Sleep of a machine is no running time, and it is no sign of a wrong clock either.
    [Fact]
    public void RunningTime_CountsOverSleep()
    {
        var clock = Started();
        time.Wall += TimeSpan.FromHours(40);
        var believed = 0;
        for (var day = 0; day < 5; day++)
        {
            for (var hour = 0; hour < 8; hour++, time.Pass(TimeSpan.FromHours(1)))
            {
                if (clock.IsBelieved(NotNew, out _)) believed++;
            }

            time.Wall += TimeSpan.FromHours(16);
        }

        Assert.Equal(16, believed); // from the end of the third day on
    }

    // Threat: the clock is set ahead by less than a pause at each of many starts.
    [Fact]
    public void PausesAreBelieved_UpToTheSlack_WhichRunningTimeGivesBack()
    {
        Started().Stop();
        time.Wall += TimeSpan.FromDays(31);
        Assert.True(new RetentionClock(Record, time).IsBelieved(NotNew, out _));
        RetentionClock? last = null;
        for (var start = 0; start < 100; start++)
        {
            time.Wall += TimeSpan.FromDays(31);
            last = new RetentionClock(Record, time);
            Assert.False(last.IsBelieved(NotNew, out _));
            last.Stop();
        }

        time.Pass(RetentionClock.Wait);
        Assert.True(last!.IsBelieved(NotNew, out _));
        time.Wall += TimeSpan.FromDays(30);
        Assert.True(new RetentionClock(Record, time).IsBelieved(NotNew, out _));
        time.Wall += TimeSpan.FromDays(10);
        Assert.False(new RetentionClock(Record, time).IsBelieved(NotNew, out _)); // one day is left
    }

    [Fact]
    public void AConfirmedClock_IsBelieved_AlsoAfterAnotherStart()
    {
        Started();
        time.Wall += TimeSpan.FromDays(2000);
        var clock = new RetentionClock(Record, time);
        Assert.False(clock.IsBelieved(NotNew, out _));
        Assert.Equal(2000, clock.Confirm()!.Value.TotalDays);
        Assert.True(clock.IsBelieved(NotNew, out _));
        Assert.True(new RetentionClock(Record, time).IsBelieved(NotNew, out _));
        time.Wall += TimeSpan.FromDays(2000);
        Assert.False(clock.IsBelieved(NotNew, out _));
    }

    // A record that was ahead is set back by a gateway that is started each day too.
    [Fact]
    public void ARecordThatWasAhead_IsSetBack_OverStarts()
    {
        time.Wall = Start + TimeSpan.FromDays(3650);
        Started();
        time.Wall = Start;
        for (var start = 0; start < 3; start++)
        {
            var clock = new RetentionClock(Record, time);
            Assert.True(clock.IsBelieved(NotNew, out _));
            time.Pass(TimeSpan.FromHours(10));
            Assert.True(clock.IsBelieved(NotNew, out _));
        }

        time.Wall += TimeSpan.FromDays(1000);
        Assert.False(new RetentionClock(Record, time).IsBelieved(NotNew, out _));
    }

    [Fact]
    public async Task ConfirmedOverTheControlSocket_WithTheRightToErase_AndRecorded()
    {
        await using var gateway = await PersonalFactsTests.StartAsync();
        var refused = await PersonalFactsTests.AskAsync(gateway, "olga", new ConfirmClock());
        Assert.Contains("may not erase", refused.Message, StringComparison.Ordinal);
        var reply = await PersonalFactsTests.AskAsync(gateway, "erik", new ConfirmClock("compared with the time service"));
        Assert.True(reply.Ok, reply.Message);
        Assert.Contains("is confirmed", reply.Message, StringComparison.Ordinal);
        var acts = gateway.Entries().Where(static entry => PersonalFactsTests.Act(entry) == "control.audit.clock").ToList();
        Assert.Equal(["refused", "done"], acts.Select(static entry => entry.GetProperty("outcome").GetString()));
        Assert.Equal("erik", acts[1].GetProperty("by").GetString());
        Assert.Equal("compared with the time service", acts[1].GetProperty("statedReason").GetString());
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
    [InlineData("3 2026-11-23T12:00:00.0000000+00:00 0 - - - -")]
    [InlineData("2 2026-11-23T12:00:00.0000000+00:00 99999999999 - - - -")]
    [InlineData("2 - 0 - - -")]
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
            () => new RetentionSettings { Calls = TimeSpan.FromDays(30) }, time, services.Log, null,
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
