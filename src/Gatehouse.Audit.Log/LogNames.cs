using System.Globalization;

namespace Gatehouse.Audit.Log;

/// <summary>Names in the folder of the log. They are part of its format (docs/auditors/log-format.md).</summary>
internal static class LogNames
{
    public const string Checkpoint = "checkpoint";
    public const string Keys = "log.vkeys";
    public const string Journal = "journal";

    private const string LogPrefix = "log-";
    private const string JournalSuffix = ".journal";
    private const string EarlierPrefix = "audit-";
    private const string EarlierSuffix = ".jsonl";

    public static string Log(int number) => string.Create(CultureInfo.InvariantCulture, $"{LogPrefix}{number:D4}");

    public static int? LogNumber(string name) =>
        name.StartsWith(LogPrefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(LogPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static string Segment(string log, long number) => string.Create(CultureInfo.InvariantCulture, $"{log}/{Journal}/{number:D10}{JournalSuffix}");

    public static long? SegmentNumber(string name) =>
        name.EndsWith(JournalSuffix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(0, name.Length - JournalSuffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    public static string PendingPayloads(string log) => $"{log}/payloads/new";

    public static string PendingPayload(string log, string digest) => $"{PendingPayloads(log)}/{digest}";

    public static string Payload(string log, string digest) => $"{log}/payloads/{digest[..2]}/{digest}";

    public static bool IsEarlierSegment(string name) =>
        name.StartsWith(EarlierPrefix, StringComparison.Ordinal) && name.EndsWith(EarlierSuffix, StringComparison.Ordinal);
}
