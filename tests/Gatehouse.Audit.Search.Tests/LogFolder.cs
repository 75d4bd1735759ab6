using System.Buffers;

namespace Gatehouse.Audit.Search.Tests;

/// <summary>A folder with a log, whose segments a test writes.</summary>
internal sealed class LogFolder : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("gatehouse-search-");
    private readonly Dictionary<int, long> written = [];
    private long sequence;

    public LogFolder() => Directory.CreateDirectory(Log);

    public static DateTimeOffset Start { get; } = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    public string Log => Path.Combine(root.FullName, "audit");

    public string Index => Path.Combine(root.FullName, "audit-index.db");

    public LogSource Source => new(Log);

    public static AuditEntry Ended(int number, string subject = "alice", string? code = null) => new()
    {
        Kind = AuditEntryKind.Ended,
        ExchangeId = $"01exchange{number:d16}",
        At = Start.AddSeconds(number),
        Server = "files",
        Verb = "POST",
        Method = "tools/call",
        Name = "read_file",
        Issuer = "https://login.example.com",
        Subject = subject,
        ClientId = "desk-app",
        Session = "01session" + subject,
        Checks = code is null ? ["accept", "authenticate", "validate", "session", "resolve", "authorize", "limit", "inspect-request", "approve"]
            : ["accept", "authorize"],
        Parts = code is null
            ? [new AuditPart(AuditPartKind.Decision, AuditOutcome.Permit, "permitted", "staff")]
            : [new AuditPart(AuditPartKind.Decision, AuditOutcome.Deny, "no-rule-permits")],
        Code = code,
        Status = 200,
        Microseconds = 312,
    };

    public string SegmentOf(int number) => Path.Combine(Log, $"audit-{number:d10}.jsonl");

    /// <summary>Adds entries to a segment, behind which zeros follow, as in a log that is open.</summary>
    public void Write(int segment, params AuditEntry[] entries)
    {
        using var file = new FileStream(SegmentOf(segment), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Position = written.GetValueOrDefault(segment);
        foreach (var entry in entries)
        {
            var line = new ArrayBufferWriter<byte>();
            AuditEntryFormat.Write(entry, ++sequence, line);
            file.Write(line.WrittenSpan);
            file.Write("\n"u8);
        }

        written[segment] = file.Position;
        file.Write(new byte[4096]);
    }

    /// <summary>Writes bytes behind the last entry of a segment; the next entries replace them.</summary>
    public void WriteTorn(int segment, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(SegmentOf(segment), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Position = written.GetValueOrDefault(segment);
        file.Write(bytes);
    }

    public void Dispose() => root.Delete(recursive: true);
}
