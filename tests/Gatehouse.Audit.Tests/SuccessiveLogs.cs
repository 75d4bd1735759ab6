using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests;

/// <summary>The logs of one gateway in memory, which follow each other in one folder, for classes of tests that derive from it.</summary>
public abstract class SuccessiveLogs
{
    private protected FaultyFolder Folder { get; } = new();

    private protected TestLogKeys Keys { get; } = new();

    private protected static AuditLogOptions Options() =>
        new() { Directory = "memory", PreallocateBytes = 4096, SegmentBytes = 64 << 10, Time = new HandClock() };

    private protected static AuditEntry Entry(string act) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = act,
        At = DateTimeOffset.UnixEpoch,
        Facts = [KeyValuePair.Create("act", act)],
    };

    private protected static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;

    private protected static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private protected GroupCommitLog Open() => new(Options(), Folder, Keys);

    /// <summary>The first entry of a log.</summary>
    private protected JsonElement Birth(string log) => LogTree.Read(Folder, log, Keys).Json[0];

    /// <summary>Opens the newest log, writes entries, and closes it. Returns the checkpoint of the log that is expected to be the newest.</summary>
    private protected async Task<Checkpoint> WriteAsync(int count, string expected)
    {
        await using (var log = Open())
        {
            for (var i = 0; i < count; i++) await log.AppendDurableAsync(Entry($"e{i}"));
        }

        return LogTree.Read(Folder, expected, Keys).Checkpoint;
    }

    private protected void Remove(string log)
    {
        foreach (var path in Folder.Paths.Where(path => path.StartsWith(log + "/", StringComparison.Ordinal)).ToList()) Folder.Delete(path);
    }

    private protected AuditLogReport Verify(params IEnumerable<NoteKey> keys)
    {
        var place = Directory.CreateTempSubdirectory("gatehouse-logs-");
        try
        {
            Folder.WriteTo(place.FullName);
            return AuditLogVerifier.Verify(place.FullName, new VerificationRequest { Keys = [.. keys] });
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }
}
