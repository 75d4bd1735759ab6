using System.Buffers;
using System.Text;
using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Search.Tests;

/// <summary>A folder with logs, whose journals a test writes.</summary>
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

    public string SegmentOf(int log) => Path.Combine(FolderOf(log), "journal", "0000000001.journal");

    public string FolderOf(int log) => Path.Combine(Log, $"log-{log:d4}");

    /// <summary>Adds entries to the journal of a log, behind which zeros follow, as in a log that is open.</summary>
    public void Write(int log, params AuditEntry[] entries)
    {
        using var file = Open(log);
        foreach (var entry in entries)
        {
            var line = new ArrayBufferWriter<byte>();
            AuditEntryFormat.Write(entry, ++sequence, line);
            WriteFrame(file, line.WrittenSpan);
        }

        written[log] = file.Position;
        file.Write(new byte[4096]);
    }

    /// <summary>The entries in the journal of a log.</summary>
    public IReadOnlyList<string> Lines(int log)
    {
        var lines = new List<string>();
        var bytes = File.ReadAllBytes(SegmentOf(log)).AsSpan(JournalFormat.HeaderBytes);
        while (JournalFormat.TryRead(bytes, out var entry, out _))
        {
            lines.Add(Encoding.UTF8.GetString(entry));
            bytes = bytes[(JournalFormat.FrameBytes + entry.Length)..];
        }

        return lines;
    }

    /// <summary>Writes the journal of a log anew.</summary>
    public void Rewrite(int log, IEnumerable<string> lines)
    {
        written.Remove(log);
        File.Delete(SegmentOf(log));
        using var file = Open(log);
        foreach (var line in lines) WriteFrame(file, Encoding.UTF8.GetBytes(line));
        written[log] = file.Position;
    }

    /// <summary>Writes bytes behind the last entry of a log; the next entries replace them.</summary>
    public void WriteTorn(int log, ReadOnlySpan<byte> bytes)
    {
        using var file = Open(log);
        file.Write(bytes);
    }

    private FileStream Open(int log)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SegmentOf(log))!);
        var file = new FileStream(SegmentOf(log), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        if (written.TryGetValue(log, out var end)) file.Position = end;
        else file.Write(JournalFormat.Header(0));
        return file;
    }

    private static void WriteFrame(FileStream file, ReadOnlySpan<byte> entry)
    {
        var prefix = new byte[JournalFormat.FrameBytes];
        JournalFormat.WritePrefix(prefix, entry);
        file.Write(prefix);
        file.Write(entry);
    }

    public void Dispose() => root.Delete(recursive: true);
}
