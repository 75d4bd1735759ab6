using System.Globalization;
using System.Text;
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
/// <para>Used by one caller at a time.</para>
/// </remarks>
/// <param name="path">The file.</param>
/// <param name="time">The clock.</param>
internal sealed class RetentionClock(string path, TimeProvider time)
{
    /// <summary>The longest time between two processes after which the clock is believed immediately.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromDays(31);

    /// <summary>The running time for which a clock that is further ahead has to stay so.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromHours(24);

    // Between two looks of one process. Time that a machine sleeps is not running time.
    private static readonly TimeSpan Drift = TimeSpan.FromDays(1);

    private const int MostBytes = 64;
    private const int LastYear = 9000;

    private Reading? known; // the last one that was believed
    private Reading? doubted; // since when the clock is further ahead
    private Reading? behind; // since when the clock is behind the last time that was believed

    /// <summary>Returns whether the clock is believed now.</summary>
    /// <param name="mayDestroy">Returns whether there is anything of an earlier time. Without it a state folder is new, and nothing can be lost.</param>
    /// <param name="ahead">How far the clock is ahead of the last time that was believed; null where it is believed, or no such time is known.</param>
    /// <exception cref="IOException">The last time cannot be read or written. Then nothing may be destroyed.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public bool IsBelieved(Func<bool> mayDestroy, out TimeSpan? ahead)
    {
        ahead = null;
        var now = new Reading(time.GetUtcNow(), time.GetTimestamp());
        var expected = known is { } last ? Later(last, now.Ticks) : Read();
        var slack = known is null ? LongestPause : Drift;
        if (expected is { } reached ? now.Wall - reached <= slack : !mayDestroy()) return Believe(now, expected);
        if (HasStayed(ref doubted, now)) return Believe(now, null);
        ahead = now.Wall - expected;
        return false;
    }

    // The record is not set back by a clock that is behind for a short time: a machine whose clock begins in the past, and is corrected then, did
    // not go ahead. One that stays behind for a day of running time shows that the record is wrong, and a wrong record would let every clock below
    // it be believed.
    private bool Believe(Reading now, DateTimeOffset? expected)
    {
        doubted = null;
        if (expected is not { } later || later - now.Wall <= Drift) behind = null;
        else if (HasStayed(ref behind, now)) (behind, expected) = (null, null);
        known = expected is { } record && record > now.Wall ? now with { Wall = record } : now;
        using var folder = new LogFolder(Path.GetDirectoryName(path)!);
        folder.Put(Path.GetFileName(path), Encoding.ASCII.GetBytes(known.Value.Wall.ToString("O", CultureInfo.InvariantCulture)), isDurable: true);
        return true;
    }

    // A clock that is moved meanwhile begins the time again.
    private bool HasStayed(ref Reading? since, Reading now)
    {
        if (since is { } begin && (now.Wall - Later(begin, now.Ticks)).Duration() <= Drift)
            return time.GetElapsedTime(begin.Ticks, now.Ticks) >= Wait;
        since = now;
        return false;
    }

    // A file that is damaged, or has a time that no clock can have, is none: the clock then has to stay as it is for a day.
    private DateTimeOffset? Read()
    {
        try
        {
            var text = RegularFile.ReadText(path, MostBytes);
            return DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
                && at.Year < LastYear ? at : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or FileTooLargeException)
        {
            return null;
        }
    }

    private DateTimeOffset Later(Reading reading, long ticks) => reading.Wall + time.GetElapsedTime(reading.Ticks, ticks);

    private readonly record struct Reading(DateTimeOffset Wall, long Ticks);
}
