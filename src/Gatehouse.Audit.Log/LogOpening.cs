using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Log;

/// <summary>
/// Opens the newest log of a folder, or begins the first one. A log whose key is lost, or whose files are not as they were left, ends: the next one
/// names it, with the size and root of its last checkpoint. Nothing of the old log is changed.
/// </summary>
internal sealed class LogOpening(ILogFolder folder, ILogKeys keys, LogSpace space)
{
    private const int MostNoteBytes = SignedNote.MostBytes;

    /// <summary>Opens the log.</summary>
    /// <exception cref="IOException">The folder or the keys cannot be used now.</exception>
    public OpenLog Open()
    {
        folder.Acquire();
        // A beginning that did not end is repeated.
        var newest = folder.Folders("").Select(LogLayout.LogNumber).OfType<int>().OrderDescending().FirstOrDefault(WasBorn);
        if (newest == 0) return Begin(1, "first", []);
        try
        {
            if (Continue(newest) is { } open) return open;
            return Begin(newest + 1, "key-lost", Previous(newest));
        }
        catch (LogDamagedException e)
        {
            return Begin(newest + 1, e.Reason, [Fact("why", e.Message), .. Previous(newest)]);
        }
    }

    // A log that ended before its first entry was on stable storage. Whatever might be an entry counts as one.
    private bool WasBorn(int number)
    {
        var name = LogLayout.LogName(number);
        if (folder.Folders(name).Contains("tile")) return true;
        // Whatever its folder says, a log that published an entry was born.
        if (OriginOf(name) is { } origin && keys.Published(origin) is { Size: > 0 }) return true;
        if (Read($"{name}/{LogLayout.Checkpoint}") is { } note && !IsOfNoEntry(note)) return true;
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
        var origin = OriginOf(name) ?? throw new LogDamagedException($"{name}/{LogLayout.Keys} is missing or damaged");
        var signers = keys.Open(origin);
        if (signers is null) return null;
        try
        {
            var checkpoint = Published(name, signers);
            var published = keys.Published(origin)
                ?? throw new LogDamagedException($"what {name} published last is not known: its record in the folder of the keys is missing");
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
            if (!isConsistent) throw new LogDamagedException($"{name}: the journal begins after the checkpoint of size {checkpoint.Size}");
            var segments = new JournalSegments();
            return new OpenLog(name, origin, signers, segments, tree, checkpoint.Size, [Opened(journal, payloads)], journal.Repair(space, segments));
        }
        catch
        {
            foreach (var signer in signers) signer.Dispose();
            throw;
        }
    }

    private static void Require(JournalRecovery journal, long size, in TreeHash root, string name)
    {
        if (journal.Root() != root) throw new LogDamagedException($"{name}: the root of {size} entries is not the one that was signed");
    }

    private static bool IsOfNoEntry(byte[] note) =>
        SignedNote.Parse(note) is { } parsed && Checkpoint.TryParse(parsed.Text, out var checkpoint) && checkpoint.Size == 0;

    private Checkpoint Published(string name, IReadOnlyList<NoteSigner> signers)
    {
        var note = Read($"{name}/{LogLayout.Checkpoint}") is { } bytes ? SignedNote.Parse(bytes) : null;
        var verified = note?.Verified([.. signers.Select(signer => signer.Key)]);
        if (verified is { Count: > 0 } && Checkpoint.TryParse(note!.Text, out var checkpoint)) return checkpoint;
        throw new LogDamagedException($"{name}/{LogLayout.Checkpoint} is missing or damaged");
    }

    private OpenLog Begin(int number, string reason, IEnumerable<KeyValuePair<string, string>> facts)
    {
        // Threat: a folder with the highest number, which any writer of the folder can make. No reader would look at the log after it.
        if (number > LogLayout.MostLogs) throw new IOException($"{LogLayout.LogName(number - 1)} has the highest number of a log; take it away");
        var name = LogLayout.LogName(number);
        var origin = keys.NewOrigin();
        foreach (var file in folder.Files($"{name}/{LogLayout.Journal}")) folder.Delete($"{name}/{LogLayout.Journal}/{file.Name}");
        var signers = keys.Create(origin);
        folder.Put($"{name}/{LogLayout.Keys}", Encoding.UTF8.GetBytes(string.Concat(signers.Select(signer => $"{signer.Key}\n"))), isDurable: true);
        var tree = new TreeWriter(folder, name, space);
        LogCheckpoint.Publish(folder, keys, name, origin, tree, signers);
        List<IReadOnlyList<KeyValuePair<string, string>>> first = [[Fact("act", "log.birth"), Fact("log", origin), Fact("reason", reason), .. facts]];
        if (number == 1) first.AddRange(EarlierSegments());
        first.Add([Fact("act", "log.opened"), Fact("size", "0")]);
        var repair = new LogRepair(1, 0, ReadOnlyMemory<byte>.Empty, 0, [], null);
        return new OpenLog(name, origin, signers, new JournalSegments(), tree, 0, first, repair) { Succeeded = number == 1 ? null : reason };
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

    private IEnumerable<KeyValuePair<string, string>> Previous(int number)
    {
        var name = LogLayout.LogName(number);
        yield return Fact("previous", OriginOf(name) ?? name);
        if (LastPublished(name) is not { } last) yield break;
        yield return Fact("previousSize", Text(last.Size));
        yield return Fact("previousRoot", last.Root.ToString());
    }

    // Threat: an operator without the key puts an older copy of a log in its place, or another checkpoint, and the next log vouches for it. The
    // record beside the keys says what was published. Without it the checkpoint is a claim: an outside checkpoint shows whether it is true.
    private (long Size, TreeHash Root)? LastPublished(string name)
    {
        var record = OriginOf(name) is { } origin ? keys.Published(origin) : null;
        var note = Read($"{name}/{LogLayout.Checkpoint}") is { } bytes ? SignedNote.Parse(bytes) : null;
        if (note is null || !Checkpoint.TryParse(note.Text, out var checkpoint)) return record;
        return record is { } known && (known.Size >= checkpoint.Size || !IsSigned(name, note)) ? known : (checkpoint.Size, checkpoint.Root);
    }

    private bool IsSigned(string name, SignedNote note)
    {
        var signers = OriginOf(name) is { } origin ? keys.Open(origin) : null;
        var isSigned = signers is not null && note.Verified([.. signers.Select(static signer => signer.Key)]) is { Count: > 0 };
        foreach (var signer in signers ?? []) signer.Dispose();
        return isSigned;
    }

    // Segments of builds before this form. Their entries are unproven; their digests are in this log from its first entries on.
    private IEnumerable<IReadOnlyList<KeyValuePair<string, string>>> EarlierSegments()
    {
        foreach (var (file, length) in folder.Files("").Where(file => LogLayout.IsEarlierSegment(file.Name)))
        {
            using var opened = folder.Open(file) ?? throw new IOException($"{file} was taken away");
            using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[1 << 20];
            for (long at = 0; opened.Read(at, buffer) is > 0 and var read; at += read) digest.AppendData(buffer, 0, read);
            yield return
            [
                Fact("act", "log.earlier"), Fact("file", file), Fact("bytes", Text(length)),
                Fact("digest", $"sha256:{Convert.ToHexStringLower(digest.GetHashAndReset())}"),
            ];
        }
    }

    private string? OriginOf(string name)
    {
        if (Read($"{name}/{LogLayout.Keys}") is not { } bytes) return null;
        var first = Encoding.UTF8.GetString(bytes).Split('\n')[0];
        return NoteKey.TryParse(first, out var key, out _) ? key.Name : null;
    }

    private byte[]? Read(string path)
    {
        using var file = folder.Open(path);
        if (file is null || file.Length > MostNoteBytes) return null;
        var bytes = new byte[file.Length];
        return file.Read(0, bytes) == bytes.Length ? bytes : null;
    }

    private static KeyValuePair<string, string> Fact(string name, string value) => KeyValuePair.Create(name, value);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
