using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Witness;

/// <summary>
/// One log of a witness: its keys, and the latest checkpoint that was cosigned. That checkpoint is on stable storage before its cosignature leaves,
/// so that after a crash the witness never knows less than it said.
/// </summary>
internal sealed class WitnessedLog
{
    public const string Parent = "logs";

    private const string KeysFile = "log.vkeys";
    private const string LatestFile = "checkpoint";
    private const string SuccessorFile = "successor";
    private const string SplitFile = "split-view";

    private readonly ILogFolder folder;
    private readonly WitnessIdentity identity;
    private readonly TimeProvider time;
    private readonly string place;
    private readonly Lock gate = new();
    private Checkpoint latest;
    private byte[]? note;
    private double growth;
    private long? grownAt;

    private WitnessedLog(ILogFolder folder, WitnessIdentity identity, TimeProvider time, string origin, IReadOnlyList<NoteKey> keys)
    {
        (this.folder, this.identity, this.time, Origin, Keys) = (folder, identity, time, origin, keys);
        place = PlaceOf(origin);
        latest = new Checkpoint(origin, 0, MerkleTree.Empty);
    }

    /// <summary>The origin of the log.</summary>
    public string Origin { get; }

    /// <summary>Its verifier keys.</summary>
    public IReadOnlyList<NoteKey> Keys { get; }

    /// <summary>The origin of the log that follows it; null while it may grow.</summary>
    public string? Successor { get; private set; }

    /// <summary>True where the witness has two checkpoints of one size with different roots, both signed by the log.</summary>
    public bool HasSplitView { get; private set; }

    /// <summary>The latest checkpoint that was cosigned; of size 0 where none was.</summary>
    public Checkpoint Latest
    {
        get
        {
            lock (gate) return latest;
        }
    }

    /// <summary>The latest cosigned checkpoint as a note, with the signatures of the log; null where none was cosigned.</summary>
    public byte[]? Note
    {
        get
        {
            lock (gate) return note;
        }
    }

    /// <summary>The name of the log's folder, and of the log in the address of its checkpoint: SHA-256 of the origin, in hexadecimal.</summary>
    public static string HashOf(string origin) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)));

    /// <summary>Stores a new log.</summary>
    /// <exception cref="IOException">It cannot be stored.</exception>
    public static WitnessedLog Create(ILogFolder folder, WitnessIdentity identity, TimeProvider time, string origin, IReadOnlyList<NoteKey> keys)
    {
        var log = new WitnessedLog(folder, identity, time, origin, keys);
        log.PutKeys();
        return log;
    }

    /// <summary>Cosigns the first checkpoint of a new log, and stores both. Every later checkpoint has to continue that one.</summary>
    /// <exception cref="WitnessRefusalException">None of the keys signed the checkpoint.</exception>
    /// <exception cref="IOException">It cannot be stored.</exception>
    public static WitnessedLog CreateAt(ILogFolder folder, WitnessIdentity identity, TimeProvider time, IReadOnlyList<NoteKey> keys,
        (SignedNote Note, Checkpoint Checkpoint) first)
    {
        var log = new WitnessedLog(folder, identity, time, first.Checkpoint.Origin, keys);
        if (log.SignersOf(first.Note) is not { Count: > 0 } signedBy)
            throw new WitnessRefusalException("no key of the new log signed its first checkpoint", "give the file log.vkeys of the new log");
        // A log without its keys is none: after a crash between both steps no request can be served from a log that has keys and no checkpoint.
        log.Keep(first.Note, first.Checkpoint, signedBy);
        log.PutKeys();
        return log;
    }

    /// <summary>Reads a log. Null where its folder has no keys: its beginning did not end.</summary>
    /// <exception cref="IOException">It is damaged. A witness that took it for new would cosign another branch.</exception>
    public static WitnessedLog? Open(ILogFolder folder, WitnessIdentity identity, TimeProvider time, string hash)
    {
        if (Read(folder, $"{Parent}/{hash}/{KeysFile}") is not { } bytes) return null;
        var keys = LogKeyFile.Parse(Encoding.UTF8.GetString(bytes), out var fault)
            ?? throw new IOException($"{Parent}/{hash}/{KeysFile} is damaged: {fault}");
        var log = new WitnessedLog(folder, identity, time, keys[0].Name, keys);
        if (log.place != $"{Parent}/{hash}") throw new IOException($"{Parent}/{hash} is not the folder of {log.Origin}");
        if (Read(folder, $"{log.place}/{LatestFile}") is { } stored) log.Take(stored);
        if (Read(folder, $"{log.place}/{SuccessorFile}") is { } successor) log.Successor = Encoding.UTF8.GetString(successor).TrimEnd('\n');
        log.HasSplitView = folder.Files(log.place).Any(file => file.Name == SplitFile);
        return log;
    }

    /// <summary>Cosigns a checkpoint, or says why not. The order of the checks is that of the specification.</summary>
    public WitnessAnswer Add(AddCheckpointRequest request)
    {
        if (SignersOf(request.Note) is not { Count: > 0 } signedBy) return Refused(403, "no valid signature of a trusted key of this log");
        lock (gate) return Judge(request, signedBy) with { IsOfLog = true };
    }

    /// <summary>Ends the log: the witness cosigns no further checkpoint of it.</summary>
    /// <exception cref="IOException">It cannot be stored.</exception>
    public void End(string successor)
    {
        folder.Put($"{place}/{SuccessorFile}", Encoding.UTF8.GetBytes(successor + "\n"), isDurable: true);
        Successor = successor;
    }

    private static string PlaceOf(string origin) => $"{Parent}/{HashOf(origin)}";

    private WitnessAnswer Judge(AddCheckpointRequest request, IReadOnlyList<NoteKey> signedBy)
    {
        var (oldSize, checkpoint) = (request.OldSize, request.Checkpoint);
        if (oldSize > checkpoint.Size) return Refused(400, "the old size is above the size of the checkpoint");
        if (Successor is not null) return Refused(404, $"this log has ended; the one after it is {Successor}");
        if (oldSize != latest.Size)
            return new WitnessAnswer(409, latest.Size.ToString(CultureInfo.InvariantCulture) + "\n") { ContentType = WitnessAnswer.SizeType };
        if (request.IsEmptyTreeWithRoot) return Refused(422, "a checkpoint of size 0 has the root of the empty tree");
        if (!ConsistencyProof.Verify(latest.Size, latest.Root, checkpoint.Size, checkpoint.Root, request.Proof))
        {
            if (checkpoint.Size == latest.Size && checkpoint.Root != latest.Root) KeepSplitView(request.Note);
            return Refused(422, "the log does not begin with the entries that this witness has seen");
        }

        // Only the log can cause this, and each time costs a write to stable storage.
        if (checkpoint.Size > latest.Size && !TryTakeGrowth()) return Refused(429, "too many checkpoints of this log");
        var (own, isNew) = Keep(request.Note, checkpoint, signedBy);
        return new WitnessAnswer(200, string.Concat(own.Select(signature => $"{signature}\n"))) { IsNewCosignature = isNew };
    }

    private bool TryTakeGrowth()
    {
        var now = time.GetTimestamp();
        var seconds = grownAt is { } before ? time.GetElapsedTime(before, now).TotalSeconds : double.MaxValue;
        growth = Math.Min(WitnessService.MostGrowth, growth + (seconds * WitnessService.GrowthPerSecond));
        grownAt = now;
        if (growth < 1) return false;
        growth--;
        return true;
    }

    // Null where a signature names a key of the log and is not of it.
    private IReadOnlyList<NoteKey>? SignersOf(SignedNote signed) => signed.Verified([.. Keys.Where(key => key.IsSupported)]);

    private void PutKeys() =>
        folder.Put($"{place}/{KeysFile}", Encoding.UTF8.GetBytes(string.Concat(Keys.Select(key => $"{key}\n"))), isDurable: true);

    // Cosigns, and returns the signatures only after they are on stable storage.
    private (List<NoteSignature> Own, bool IsNew) Keep(SignedNote signed, Checkpoint checkpoint, IReadOnlyList<NoteKey> signedBy)
    {
        var known = note is null ? null : SignedNote.Parse(note);
        // Behind the check of the proof, a checkpoint of this size has the same root: it is the same tree with other extension lines.
        if (known is not null && known.Text != signed.Text && checkpoint.Size == latest.Size && SeenAt(known) is { } seen)
            return ([.. identity.Cosigners.Select(cosigner => cosigner.Sign(signed.Text, seen))], false);
        var before = known?.Text == signed.Text ? known : null;
        var own = Given(before);
        var ofLog = signed.Signatures.Where(one => signedBy.Any(key => IsOf(one, key))).ToList();
        if (own is not null && ofLog.All(one => before!.Signatures.Any(kept => kept.Name == one.Name && kept.KeyId == one.KeyId)))
            return (own, false);
        var now = time.GetUtcNow();
        var isNew = own is null;
        own ??= [.. identity.Cosigners.Select(cosigner => cosigner.Sign(signed.Text, now))];
        // Who sends the same checkpoint with fewer signatures must not make the witness forget the others.
        var kept = ofLog.Concat(before?.Signatures.Where(one => Keys.Any(key => IsOf(one, key))) ?? []).DistinctBy(one => (one.Name, one.KeyId));
        var cosigned = new SignedNote(signed.Text, [.. kept.Take(SignedNote.MostSignatures - own.Count), .. own]).ToBytes();
        folder.Put($"{place}/{LatestFile}", cosigned, isDurable: true);
        (latest, note) = (checkpoint, cosigned);
        return (own, isNew);
    }

    // The time of a cosignature is that at which the witness saw the checkpoint first. Anyone may send a public checkpoint once more: a later time
    // would say that the log had nothing newer then. Null where a key of the witness has not signed the text.
    private List<NoteSignature>? Given(SignedNote? before)
    {
        if (before is null) return null;
        var own = identity.Cosigners.Select(cosigner => before.Signatures.FirstOrDefault(one => IsOf(one, cosigner.Key)))
            .OfType<NoteSignature>().ToList();
        return own.Count == identity.Cosigners.Count ? own : null;
    }

    // A cosignature says that the tree of this root is the largest that the witness has seen (C2SP tlog-cosignature), and nothing of extension lines.
    // The witness keeps one text of each tree, so it cannot know which other ones it cosigned. The threat: whoever has two of them sends them in
    // turns, and each is stored, and cosigned with a later time. So another text is cosigned with the time of the first one, and not stored.
    private DateTimeOffset? SeenAt(SignedNote known) =>
        known.Signatures.Where(one => identity.Cosigners.Any(cosigner => IsOf(one, cosigner.Key))).Min(one => Cosignature.Time(one.Bytes.Span));

    private static bool IsOf(NoteSignature signature, NoteKey key) => signature.Name == key.Name && signature.KeyId == key.Id;

    // Two signed roots of one size are a proof that the log shows two views. The first pair is kept: later ones could not replace it.
    private void KeepSplitView(SignedNote other)
    {
        if (HasSplitView) return;
        folder.Put($"{place}/{SplitFile}", other.ToBytes(), isDurable: true);
        HasSplitView = true;
    }

    private void Take(byte[] stored)
    {
        var known = Keys.Where(key => key.IsSupported).Concat(identity.Cosigners.Select(cosigner => cosigner.Key)).ToList();
        if (SignedNote.Parse(stored) is not { } parsed || !Checkpoint.TryParse(parsed.Text, out var checkpoint) || checkpoint.Origin != Origin
            || parsed.Verified(known) is not { Count: > 0 })
            throw new IOException($"{place}/{LatestFile} is damaged; this witness does not know any more what it cosigned. Make another witness");
        (latest, note) = (checkpoint, stored);
    }

    private static byte[]? Read(ILogFolder folder, string path)
    {
        using var file = folder.Open(path);
        if (file is null) return null;
        if (file.Length > SignedNote.MostBytes) throw new IOException($"{path} is damaged: it is too long");
        var bytes = new byte[file.Length];
        return file.Read(0, bytes) == bytes.Length ? bytes : throw new IOException($"{path} cannot be read whole");
    }

    private static WitnessAnswer Refused(int status, string why) => new(status, why + "\n");
}
