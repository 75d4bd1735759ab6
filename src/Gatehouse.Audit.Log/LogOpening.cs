using System.Globalization;
using System.Text;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Log;

/// <summary>
/// Opens the newest log of a folder, or begins the first one. A log whose key is lost, whose files are not as they were left, or whose folder is gone
/// or is that of another log, ends: the next one names it, with the size and root that it published last. Nothing of the old log is changed.
/// </summary>
internal sealed class LogOpening
{
    private readonly ILogFolder folder;
    private readonly ILogKeys keys;
    private readonly LogSpace space;
    private readonly LogBeginning beginning;
    private readonly LogNotes notes;
    private readonly List<int> numbers; // of the logs in the folder, the newest first
    private readonly LogRecords records;

    private LogOpening(ILogFolder folder, ILogKeys keys, LogSpace space, LogBeginning beginning)
    {
        (this.folder, this.keys, this.space, this.beginning) = (folder, keys, space, beginning);
        notes = new LogNotes(folder);
        numbers = [.. folder.Folders("").Select(LogLayout.LogNumber).OfType<int>().OrderDescending()];
        records = new LogRecords(keys, notes, numbers);
        numbers.RemoveAll(records.IsTooFar);
    }

    /// <summary>Takes the folder for this process, reads what is there, and opens the log.</summary>
    /// <param name="folder">The folder of the logs.</param>
    /// <param name="keys">The keys and records of logs.</param>
    /// <param name="space">The room of the log.</param>
    /// <param name="beginning">The log that an attempt before began.</param>
    /// <exception cref="IOException">The folder or the keys cannot be used now. Another attempt reads them again.</exception>
    public static OpenLog Open(ILogFolder folder, ILogKeys keys, LogSpace space, LogBeginning beginning)
    {
        folder.Acquire();
        return new LogOpening(folder, keys, space, beginning).Open();
    }

    private OpenLog Open()
    {
        // A beginning that did not end is repeated.
        var newest = numbers.Find(WasBorn);
        if (records.Vanished(newest) is { } vanished)
        {
            // The lost log can be put back beside the new one. Records without a number are of logs that counted from 1.
            var number = Math.Max(newest, vanished.Origin is null ? records.Absent : vanished.Number) + 1;
            return Begin(number, new AuditLogSuccession(AuditLogSuccession.Lost), PreviousLog.Of(vanished));
        }

        if (newest == 0) return Begin(1, null, PreviousLog.None);
        if (records.IsOfAnother(newest))
        {
            // No file of the folder in its place is read: it is not a log of this gateway.
            var replaced = new AuditLogSuccession(AuditLogSuccession.Replaced);
            return Begin(newest + 1, replaced, PreviousLog.Of(records.Newest));
        }

        try
        {
            if (Continue(newest) is { } open) return open;
            return Begin(newest + 1, new AuditLogSuccession(AuditLogSuccession.KeyLost), Previous(newest));
        }
        catch (LogDamagedException e)
        {
            return Begin(newest + 1, new AuditLogSuccession(e.Reason) { Part = e.Part, Detail = e.Message }, Previous(newest));
        }
    }

    // A log that ended before its first entry was on stable storage. Whatever might be an entry counts as one.
    private bool WasBorn(int number)
    {
        var name = LogLayout.LogName(number);
        if (folder.Folders(name).Contains("tile")) return true;
        // Whatever its folder says, a log that published an entry was born.
        if (records.AbsentAt(number) is not null) return true;
        if (notes.OriginOf(name) is { } origin && keys.Published(origin) is { Size: > 0 }) return true;
        if (notes.CheckpointFile(name) is { } note && !IsOfNoEntry(note)) return true;
        foreach (var file in folder.Files($"{name}/{LogLayout.Journal}"))
        {
            using var segment = folder.Open($"{name}/{LogLayout.Journal}/{file.Name}");
            var bytes = new byte[1 << 16];
            for (long at = JournalFormat.HeaderBytes; segment?.Read(at, bytes) is > 0 and var read; at += read)
            {
                if (bytes.AsSpan(0, read).ContainsAnyExcept((byte)0)) return true;
            }
        }

        return false;
    }

    private OpenLog? Continue(int number)
    {
        var name = LogLayout.LogName(number);
        var origin = notes.OriginOf(name);
        if (origin is null || records.AbsentAt(number) is not null)
            throw new LogDamagedException(DamagedPart.Keys, $"{name}/{LogLayout.Keys} is missing or altered");
        var signers = keys.Open(origin);
        if (signers is null) return null;
        keys.Remember(origin, number);
        try
        {
            var checkpoint = Published(name, signers);
            var published = keys.Published(origin)
                ?? throw new LogDamagedException(DamagedPart.Record, $"what {name} published last is not known: its record in the folder of the keys is missing");
            if (checkpoint.Size > published.Size) published = (checkpoint.Size, checkpoint.Root); // the record was restored from a copy
            var tree = new TreeWriter(folder, name, space);
            var payloads = new PayloadRecovery(folder, name);
            var journal = new JournalRecovery(folder, name, tree, payloads);
            var isConsistent = published.Size == 0;
            journal.Read(published.Size, size =>
            {
                if (size == checkpoint.Size && size > 0) Require(journal, size, checkpoint.Root, name);
                if (size != published.Size) return;
                if (size > 0) Require(journal, size, published.Root, name);
                isConsistent = true;
            });
            tree.Recovered = journal.Total;
            if (!isConsistent) throw new LogDamagedException(DamagedPart.Journal, $"{name}: the journal begins after the checkpoint of size {checkpoint.Size}");
            PublishKeys(name, signers);
            var segments = new JournalSegments();
            return new OpenLog(name, origin, signers, segments, tree, checkpoint.Size, [Opened(journal, payloads)], journal.Repair(space, segments));
        }
        catch
        {
            foreach (var signer in signers) signer.Dispose();
            throw;
        }
    }

    // A key is added where the system learns its algorithm after the log began. Its signatures are of no use to a reader who cannot get the key. Keys
    // that sign no more stay: they signed earlier checkpoints.
    private void PublishKeys(string name, IReadOnlyList<NoteSigner> signers)
    {
        var known = notes.KeysOf(name);
        var added = signers.Select(static signer => $"{signer.Key}").Except(known, StringComparer.Ordinal).ToList();
        if (added.Count == 0) return;
        var lines = string.Concat(known.Concat(added).Select(static key => $"{key}\n"));
        folder.Put($"{name}/{LogLayout.Keys}", Encoding.UTF8.GetBytes(lines), isDurable: true);
    }

    private static void Require(JournalRecovery journal, long size, in TreeHash root, string name)
    {
        if (journal.Root() != root) throw new LogDamagedException(DamagedPart.Root, $"{name}: the root of {size} entries is not the signed root");
    }

    private static bool IsOfNoEntry(byte[] note) =>
        SignedNote.Parse(note) is { } parsed && Checkpoint.TryParse(parsed.Text, out var checkpoint) && checkpoint.Size == 0;

    private Checkpoint Published(string name, IReadOnlyList<NoteSigner> signers)
    {
        var note = notes.CheckpointFile(name) is { } bytes ? SignedNote.Parse(bytes) : null;
        var verified = note?.Verified([.. signers.Select(signer => signer.Key)]);
        if (verified is { Count: > 0 } && Checkpoint.TryParse(note!.Text, out var checkpoint)) return checkpoint;
        throw new LogDamagedException(DamagedPart.Checkpoint, $"{name}/{LogLayout.Checkpoint} is missing or damaged");
    }

    private OpenLog Begin(int number, AuditLogSuccession? succession, PreviousLog previous)
    {
        records.RequireRoom(number);
        var name = LogLayout.LogName(number);
        foreach (var file in folder.Files($"{name}/{LogLayout.Journal}")) folder.Delete($"{name}/{LogLayout.Journal}/{file.Name}");
        var (origin, signers) = beginning.Of(number, keys);
        keys.Remember(origin, number);
        folder.Put($"{name}/{LogLayout.Keys}", Encoding.UTF8.GetBytes(string.Concat(signers.Select(signer => $"{signer.Key}\n"))), isDurable: true);
        var tree = new TreeWriter(folder, name, space);
        LogCheckpoint.Publish(folder, keys, name, origin, tree, signers);
        List<IReadOnlyList<KeyValuePair<string, string>>> first =
            [[.. Birth(origin, succession), .. previous.Facts()], [Fact("act", "log.opened"), Fact("size", "0")]];
        var repair = new LogRepair(1, 0, ReadOnlyMemory<byte>.Empty, 0, [], null);
        beginning.Finish();
        return new OpenLog(name, origin, signers, new JournalSegments(), tree, 0, first, repair)
        {
            Succession = succession is null ? null : succession with { Previous = previous.Origin, PreviousSize = previous.Last?.Size },
        };
    }

    private static IEnumerable<KeyValuePair<string, string>> Birth(string origin, AuditLogSuccession? succession)
    {
        yield return Fact("act", "log.birth");
        yield return Fact("log", origin);
        yield return Fact("reason", succession?.Reason ?? AuditLogSuccession.First);
        if (succession?.Part is { } part) yield return Fact("why", part);
    }

    private static List<KeyValuePair<string, string>> Opened(JournalRecovery journal, PayloadRecovery payloads)
    {
        List<KeyValuePair<string, string>> facts = [Fact("act", "log.opened"), Fact("size", Text(journal.Total))];
        if (journal.TornDigest is { } digest)
        {
            facts.Add(Fact("torn", Text(journal.Torn)));
            facts.Add(Fact("tornDigest", $"sha256:{digest}"));
        }

        if (payloads.Unnamed.Count > 0) facts.Add(Fact("unnamedPayloads", Text(payloads.Unnamed.Count)));
        return facts;
    }

    private PreviousLog Previous(int number) => PreviousLog.At(number, notes, keys, records);

    private static KeyValuePair<string, string> Fact(string name, string value) => KeyValuePair.Create(name, value);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
