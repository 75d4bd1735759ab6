using System.Globalization;
using System.Text;

namespace Gatehouse.Gateway.Hosting;

/// <summary>What the judgement about the clock keeps over a start (<see cref="RetentionClock"/>).</summary>
/// <param name="Believed">The last time that was believed, with the running time since then; null where none is known.</param>
/// <param name="Slack">The time by which the clock may be ahead of that without running time that explains it.</param>
/// <param name="Ahead">The clock that is further ahead; null where it is not.</param>
/// <param name="Behind">The clock that is behind the last time that was believed; null where it is not.</param>
internal sealed record RetentionRecord(DateTimeOffset? Believed, TimeSpan Slack, DoubtedClock? Ahead, DoubtedClock? Behind)
{
    // The first word of the file.
    private const string Version = "2";
    private const string None = "-";
    private const int Words = 7;
    private const int LastYear = 9000;

    /// <summary>Returns the text of the file.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes(string.Join(' ', Version, Text(Believed), Text(Slack), Text(Ahead?.Wall), Text(Ahead?.Ran),
        Text(Behind?.Wall), Text(Behind?.Ran)));

    /// <summary>Reads the text of a file. One that is damaged, of a later format, or has a time that no clock can have, is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">The most slack.</param>
    public static RetentionRecord? TryParse(string text, TimeSpan longest)
    {
        var words = text.Split(' ');
        return words.Length == Words && words[0] == Version && TryTime(words[1], out var believed) && TrySpan(words[2], longest, out var slack)
            && TryDoubt(words[3], words[4], out var ahead) && TryDoubt(words[5], words[6], out var behind)
            ? new RetentionRecord(believed, slack, ahead, behind) : null;
    }

    private static string Text(DateTimeOffset? at) => at?.ToString("O", CultureInfo.InvariantCulture) ?? None;

    private static string Text(TimeSpan? span) => span is { } known ? ((long)known.TotalSeconds).ToString(CultureInfo.InvariantCulture) : None;

    private static bool TryDoubt(string wall, string ran, out DoubtedClock? doubt)
    {
        doubt = null;
        if (wall == None && ran == None) return true;
        if (!TryTime(wall, out var at) || at is not { } known || !TrySpan(ran, TimeSpan.MaxValue, out var span)) return false;
        doubt = new DoubtedClock(known, span);
        return true;
    }

    private static bool TryTime(string word, out DateTimeOffset? at)
    {
        at = null;
        if (word == None) return true;
        if (!DateTimeOffset.TryParseExact(word, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) || read.Year >= LastYear)
            return false;
        at = read;
        return true;
    }

    private static bool TrySpan(string word, TimeSpan most, out TimeSpan span)
    {
        span = default;
        if (!long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > most.TotalSeconds) return false;
        span = TimeSpan.FromSeconds(seconds);
        return true;
    }
}

/// <summary>A clock that is not believed.</summary>
/// <param name="Wall">Its time at the last look.</param>
/// <param name="Ran">The running time for which it has stayed so, over all processes since.</param>
internal sealed record DoubtedClock(DateTimeOffset Wall, TimeSpan Ran);
