using System.Globalization;

namespace Gatehouse.Audit.Tree;

/// <summary>
/// The names of the files of an evidence log, for whoever writes them and whoever checks them (docs/auditors/log-format.md). Paths are relative to
/// the folder of one log; those of tiles and bundles are <see cref="TilePath"/>.
/// </summary>
public static class LogLayout
{
    /// <summary>The file of the newest checkpoint.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>The file of the verifier keys, a copy that proves nothing.</summary>
    public const string Keys = "log.vkeys";

    /// <summary>The folder of checkpoints with cosignatures of witnesses, a file for each witness.</summary>
    public const string Cosigned = "cosigned";

    /// <summary>The folder of the segments of the journal.</summary>
    public const string Journal = "journal";

    /// <summary>The file that becomes the next segment of the journal. It has no entry.</summary>
    public const string SpareSegment = "journal/spare";

    /// <summary>The folder of payloads whose entries may not be on stable storage yet.</summary>
    public const string NewPayloads = "payloads/new";

    /// <summary>The beginning of the name of each evidence log's folder. A number of at least four digits follows.</summary>
    public const string LogPrefix = "log-";

    /// <summary>The digits of a payload's name: SHA-256 in hexadecimal.</summary>
    public const int DigestDigits = 64;

    /// <summary>The highest number of a log.</summary>
    public const int MostLogs = 999_999_999;

    /// <summary>
    /// The most numbers by which the folder of a log may be ahead of the log before it. One that is further ahead is no log: the writer passes over
    /// it, and the verifier reports it.
    /// </summary>
    public const int MostAhead = 10_000;

    private const string JournalSuffix = ".journal";

    /// <summary>The name of the folder of a log. Logs follow each other by their numbers, from 1.</summary>
    public static string LogName(int number) => string.Create(CultureInfo.InvariantCulture, $"{LogPrefix}{number:D4}");

    /// <summary>The number of a log from the name of its folder; null for a name that <see cref="LogName"/> does not make.</summary>
    public static int? LogNumber(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(LogPrefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(LogPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and <= MostLogs && name == LogName(number) ? number : null;
    }

    /// <summary>The path of a segment of the journal.</summary>
    public static string Segment(long number) => string.Create(CultureInfo.InvariantCulture, $"{Journal}/{number:D10}{JournalSuffix}");

    /// <summary>The number of a segment from the name of its file; null for a name that <see cref="Segment"/> does not make.</summary>
    public static long? SegmentNumber(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.EndsWith(JournalSuffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, name.Length - JournalSuffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Segment(number).AsSpan(Journal.Length + 1).SequenceEqual(name) ? number : null;
    }

    /// <summary>The path of a kept payload.</summary>
    /// <param name="digest">SHA-256 of its sealed bytes, 64 hexadecimal digits in lower case.</param>
    public static string Payload(string digest)
    {
        Require(digest);
        return $"payloads/{digest[..2]}/{digest}";
    }

    /// <summary>The path of a kept payload until its entry is on stable storage.</summary>
    /// <param name="digest">As for <see cref="Payload"/>.</param>
    public static string NewPayload(string digest)
    {
        Require(digest);
        return $"{NewPayloads}/{digest}";
    }

    /// <summary>True for the digest of a payload: 64 hexadecimal digits in lower case.</summary>
    public static bool IsDigest(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == DigestDigits && text.All(char.IsAsciiHexDigitLower);
    }

    private static void Require(string digest)
    {
        if (!IsDigest(digest)) throw new ArgumentException("A digest has 64 hexadecimal digits in lower case.", nameof(digest));
    }
}
