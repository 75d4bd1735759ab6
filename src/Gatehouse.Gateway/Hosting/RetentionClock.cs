using Gatehouse.Audit.Log;
using Gatehouse.Files;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Judges whether the clock is to be believed before something is destroyed because its time is over. The threat: one start with a clock that is
/// years ahead, by a fault or by a person who sets it, destroys the keys of all persons, and no copy brings back what a copy does not have (DP-03).
/// </summary>
/// <remarks>
/// <para>The last time that was believed is in a file of the state folder. A clock that is further ahead of it than a gateway is commonly off is not
/// believed until it has stayed so for a day of running time: a gateway that was off for years needs no act of an operator, and an operator has a day
/// to correct a wrong clock. While the process runs, the clock is compared with the time that has passed.</para>
/// <para>Running time counts over all processes, and over sleep of the machine: a gateway that is started each day, or a laptop, would otherwise
/// never have a day of it, and nothing would be destroyed again. A pause that is believed immediately uses up slack, which a day of running time
/// gives back: a clock that is set ahead a little at each start would otherwise be years ahead after some starts.</para>
/// <para>Safe for concurrent use.</para>
/// </remarks>
/// <param name="path">The file.</param>
/// <param name="time">The clock.</param>
internal sealed class RetentionClock(string path, TimeProvider time)
{
    /// <summary>The longest time between two processes after which the clock is believed immediately.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromDays(31);

    /// <summary>The running time for which a clock that is further ahead has to stay so. So long it takes as well until all slack is back.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromHours(24);

    // Between two looks of one process. Time that a machine sleeps is not running time.
    private static readonly TimeSpan Drift = TimeSpan.FromDays(1);

    private const int MostBytes = 256;

    private readonly Lock gate = new();
    private RetentionRecord? record; // null before the first look, and where none is known
    private long? looked; // the timestamp of the last look
    private bool hasBelieved; // until then, the time since the process before this one may be a pause

    /// <summary>Returns whether the clock is believed now.</summary>
    /// <param name="mayDestroy">Returns whether there is anything of an earlier time. Without it a state folder is new, and nothing can be lost.</param>
    /// <param name="ahead">How far the clock is ahead of the last time that was believed; null where it is believed, or no such time is known.</param>
    /// <exception cref="IOException">The last time cannot be read or written. Then nothing may be destroyed.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public bool IsBelieved(Func<bool> mayDestroy, out TimeSpan? ahead)
    {
        lock (gate)
        {
            var (wall, ran) = Look();
            ahead = wall - record?.Believed;
            var isBelieved = record?.Believed is { } expected
                ? wall - expected <= Least(record.Slack, hasBelieved ? Drift : LongestPause)
                : !mayDestroy();
            if (isBelieved) record = Believe(wall, ran);
            else if (HasStayed(record?.Ahead, wall, ran, out var doubt)) (isBelieved, record) = (true, Fresh(wall));
            else record = new RetentionRecord(record?.Believed, record?.Slack ?? TimeSpan.Zero, doubt, null);
            hasBelieved |= isBelieved;
            if (isBelieved) ahead = null;
            Write(record);
            return isBelieved;
        }
    }

    /// <summary>Believes the clock as it is, because a person has compared it with another one.</summary>
    /// <returns>How far it was ahead of the last time that was believed; null where no such time is known.</returns>
    /// <exception cref="IOException">The file cannot be read or written. The clock is judged as before.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public TimeSpan? Confirm()
    {
        lock (gate)
        {
            var (wall, _) = Look();
            var ahead = wall - record?.Believed;
            Write(Fresh(wall));
            record = Fresh(wall);
            hasBelieved = true;
            return ahead;
        }
    }

    /// <summary>Keeps the running time since the last look. Called at the end of the process: a short one would otherwise count as none.</summary>
    public void Stop()
    {
        lock (gate)
        {
            if (record is null || looked is null) return;
            try
            {
                var (wall, ran) = Look();
                if (record.Ahead is not null)
                {
                    HasStayed(record.Ahead, wall, ran, out var doubt);
                    record = record with { Ahead = doubt };
                }

                Write(record);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The running time of this process since its last look is lost. The next one waits so much longer.
            }
        }
    }

    private static RetentionRecord Fresh(DateTimeOffset wall) => new(wall, LongestPause, null, null);

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    // What is known, moved on by the running time since the last look.
    private (DateTimeOffset Wall, TimeSpan Ran) Look()
    {
        var (wall, ticks) = (time.GetUtcNow(), time.GetTimestamp());
        if (looked is not { } last)
        {
            record = Read();
            looked = ticks;
            return (wall, TimeSpan.Zero);
        }

        var ran = time.GetElapsedTime(last, ticks);
        looked = ticks;
        if (record is { } known)
        {
            var gained = ran < Wait ? ran * (LongestPause / Wait) : LongestPause;
            record = known with { Believed = known.Believed + ran, Slack = Least(LongestPause, known.Slack + gained) };
        }

        return (wall, ran);
    }

    // The record is not set back by a clock that is behind for a short time: a machine whose clock begins in the past, and is corrected then, did
    // not go ahead. One that stays behind for a day of running time shows that the record is wrong, and a wrong record would let every clock below
    // it be believed.
    private RetentionRecord Believe(DateTimeOffset wall, TimeSpan ran)
    {
        if (record?.Believed is not { } expected) return Fresh(wall);
        if (wall >= expected) return new RetentionRecord(wall, record.Slack - (wall - expected), null, null);
        if (expected - wall <= Drift) return record with { Ahead = null, Behind = null };
        return HasStayed(record.Behind, wall, ran, out var doubt)
            ? record with { Believed = wall, Ahead = null, Behind = null } : record with { Ahead = null, Behind = doubt };
    }

    // A clock that is moved meanwhile begins the time again. A sleep or a pause moves it ahead by less than the longest pause.
    private static bool HasStayed(DoubtedClock? since, DateTimeOffset wall, TimeSpan ran, out DoubtedClock doubt)
    {
        var moved = since is null ? TimeSpan.MaxValue : wall - since.Wall - ran;
        doubt = moved > LongestPause || moved < -Drift ? new DoubtedClock(wall, TimeSpan.Zero) : new DoubtedClock(wall, since!.Ran + ran);
        return doubt.Ran >= Wait;
    }

    private void Write(RetentionRecord next)
    {
        using var folder = new LogFolder(Path.GetDirectoryName(path)!);
        folder.Put(Path.GetFileName(path), next.ToBytes(), isDurable: true);
    }

    // Without a record the clock has to stay as it is for a day.
    private RetentionRecord? Read()
    {
        try
        {
            return RetentionRecord.TryParse(RegularFile.ReadText(path, MostBytes), LongestPause);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or FileTooLargeException)
        {
            return null;
        }
    }
}
