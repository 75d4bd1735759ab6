using System.Globalization;

namespace Gatehouse.Tests.Shared;

/// <summary>The processor time of the calling thread: other work on the machine does not count.</summary>
internal static class ThreadTime
{
    private const string Place = "/proc/thread-self/schedstat";

    /// <summary>True on a system that tells it.</summary>
    public static bool IsMeasured => File.Exists(Place);

    /// <summary>Returns the time of an act on this thread, or the earlier one when that is less.</summary>
    public static TimeSpan Least(TimeSpan earlier, Action act)
    {
        var before = Now();
        act();
        var time = Now() - before;
        return time < earlier ? time : earlier;
    }

    private static TimeSpan Now() =>
        TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText(Place).Split(' ')[0], CultureInfo.InvariantCulture) / 1000);
}
