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

    private Reading? known; // the last one that was believed
    private Reading? doubted; // since when the clock is further ahead

    /// <summary>Returns whether the clock is believed now.</summary>
    /// <param name="mayDestroy">Returns whether there is anything of an earlier time. Without it a state folder is new, and nothing can be lost.</param>
    /// <param name="ahead">How far the clock is ahead of the last time that was believed; null where it is believed, or no such time is known.</param>
    /// <exception cref="IOException">The last time cannot be read or written. Then nothing may be destroyed.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public bool IsBelieved(Func<bool> mayDestroy, out TimeSpan? ahead)
    {
        ahead = null;
        var now = new Reading(time.GetUtcNow(), time.GetTimestamp());
        var latest = known is { } last ? Later(last, now.Ticks) + Drift : Read() is { } before ? before + LongestPause : (DateTimeOffset?)null;
        if (latest is { } limit ? now.Wall <= limit : !mayDestroy()) return Believe(now);
        if (doubted is not { } since || (now.Wall - Later(since, now.Ticks)).Duration() > Drift) doubted = now;
        else if (time.GetElapsedTime(since.Ticks, now.Ticks) >= Wait) return Believe(now);
        if (latest is { } passed) ahead = now.Wall - passed + (known is null ? LongestPause : Drift);
        return false;
    }

    // It is not set back: a machine whose clock begins in the past, and is corrected then, did not go ahead.
    private bool Believe(Reading now)
    {
        doubted = null;
        var wall = known is { } last ? Later(last, now.Ticks) : Read();
        known = wall is { } later && later > now.Wall ? now with { Wall = later } : now;
        using var folder = new LogFolder(Path.GetDirectoryName(path)!);
        folder.Put(Path.GetFileName(path), Encoding.ASCII.GetBytes(known.Value.Wall.ToString("O", CultureInfo.InvariantCulture)), isDurable: true);
        return true;
    }

    // A file that is damaged is none: the clock then has to stay as it is for a day.
    private DateTimeOffset? Read()
    {
        try
        {
            var text = RegularFile.ReadText(path, MostBytes);
            return DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or FileTooLargeException)
        {
            return null;
        }
    }

    private DateTimeOffset Later(Reading reading, long ticks) => reading.Wall + time.GetElapsedTime(reading.Ticks, ticks);

    private readonly record struct Reading(DateTimeOffset Wall, long Ticks);
}
