using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>
/// The promise of a log that an entry is in it, and will be under a checkpoint within a time: the text of a note that the log signs, as a log of
/// certificates signs a timestamp (RFC 6962, section 3).
/// </summary>
/// <remarks>
/// The first line keeps the text from being anything else that the same key signs. It is no origin of a log, and the second line is no size, so no
/// reader takes the text for a checkpoint (C2SP tlog-checkpoint). A cosignature begins with another line (C2SP tlog-cosignature).
/// </remarks>
/// <param name="Origin">The name of the log.</param>
/// <param name="Index">The index of the entry.</param>
/// <param name="Leaf">Its hash as a leaf.</param>
/// <param name="Time">The time of the promise, in whole seconds.</param>
/// <param name="Limit">The time within which a checkpoint covers the entry, in whole seconds.</param>
/// <param name="Call">The salted hash of the call, as its caller sees it.</param>
public sealed record Receipt(string Origin, long Index, TreeHash Leaf, DateTimeOffset Time, TimeSpan Limit, TreeHash Call)
{
    /// <summary>The first line.</summary>
    public const string Header = "gatehouse-audit-receipt/v1";

    /// <summary>The most seconds of a limit that is read: a year. A later one promises nothing.</summary>
    public const int MostSeconds = 366 * 86_400;

    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>
    /// The limit that logs of this version promise: a day. Checkpoints come each second; the rest is for a gateway whose disk has to be repaired.
    /// </summary>
    public static TimeSpan Within { get; } = TimeSpan.FromDays(1);

    /// <summary>The time at which the promise is broken if no checkpoint covers the entry.</summary>
    public DateTimeOffset Due => Time + Limit;

    /// <summary>Reads the text of a note. One receipt has one text.</summary>
    /// <returns>False where it is no receipt.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out Receipt? receipt)
    {
        ArgumentNullException.ThrowIfNull(text);
        receipt = null;
        if (text.Split('\n') is not [Header, var log, var index, var leaf, var time, var within, var call, ""]) return false;
        if (!TryCut(log, "log ", out var origin) || !NoteKey.IsName(origin) || !TryCut(index, "index ", out var number)
            || !TryCut(leaf, "leaf ", out var leafText) || !TryCut(time, "time ", out var timeText) || !TryCut(within, "within ", out var limitText)
            || !TryCut(call, "call ", out var callText)) return false;
        if (!Checkpoint.TryParseSize(number, out var at) || !Checkpoint.TryParseSize(limitText, out var seconds)
            || seconds is < 1 or > MostSeconds) return false;
        if (!TreeHash.TryParse(leafText, out var leafHash) || !TreeHash.TryParse(callText, out var callHash)) return false;
        if (!DateTimeOffset.TryParseExact(timeText, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            || moment > DateTimeOffset.MaxValue.AddSeconds(-MostSeconds)) return false;
        receipt = new Receipt(origin, at, leafHash, moment, TimeSpan.FromSeconds(seconds), callHash);
        return receipt.ToText() == text;
    }

    /// <summary>Returns the text of the note.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture,
        $"{Header}\nlog {Origin}\nindex {Index}\nleaf {Leaf}\ntime {Time.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture)}\n"
        + $"within {(long)Limit.TotalSeconds}\ncall {Call}\n");

    private static bool TryCut(string line, string word, out string rest)
    {
        rest = line.StartsWith(word, StringComparison.Ordinal) ? line[word.Length..] : "";
        return rest.Length > 0;
    }
}
