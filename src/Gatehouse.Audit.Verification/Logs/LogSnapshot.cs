using System.Globalization;
using System.Text;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Verification.Logs;

/// <summary>
/// A log as it was at one moment, also while its writer is at work: the journal was opened first, then the checkpoint was read, so that between the
/// bundles of that size and the journal nothing is left out. Nothing in it is verified.
/// </summary>
public sealed class LogSnapshot : IDisposable
{
    /// <summary>The most cosigned checkpoints that are read.</summary>
    public const int MostCosigned = 32;

    // The writer replaces a partial bundle by a wider one between the look and the read.
    private const int Attempts = 3;

    // A tree has less than 2^62 leaves: the index of a bundle has at most 17 digits, which its path has in groups of three.
    private const long LargestBundle = 1L << 54;
    private const int IndexGroups = 6;

    private readonly LogFiles files;
    private byte[] tileBuffer = [];
    private byte[] bundleBuffer = [];

    private LogSnapshot(LogFiles files, string name)
    {
        (this.files, Name) = (files, name);
        Journal = JournalSegment.In(files);
        CheckpointState = files.Read(LogLayout.Checkpoint, SignedNote.MostBytes, ref tileBuffer, out var length);
        if (CheckpointState != FileState.Read) return;
        CheckpointBytes = tileBuffer.AsSpan(0, length).ToArray();
        Note = SignedNote.Parse(CheckpointBytes.Span);
        if (Note is not null && Tree.Notes.Checkpoint.TryParse(Note.Text, out var checkpoint)) Checkpoint = checkpoint;
    }

    /// <summary>The name of the log's folder.</summary>
    public string Name { get; }

    /// <summary>The bytes of the checkpoint; empty where there is none.</summary>
    public ReadOnlyMemory<byte> CheckpointBytes { get; }

    /// <summary>The checkpoint as a note; null where it is none.</summary>
    public SignedNote? Note { get; }

    /// <summary>The checkpoint; null where it cannot be read.</summary>
    public Checkpoint? Checkpoint { get; }

    /// <summary>Whether the file of the checkpoint could be read.</summary>
    internal FileState CheckpointState { get; }

    /// <summary>True where there are tiles of hashes or bundles of entries.</summary>
    internal bool HasTiles => files.Names("tile").Count > 0;

    internal IReadOnlyList<JournalSegment> Journal { get; }

    internal LogFiles Files => files;

    internal static LogSnapshot Open(string path, string name) => new(new LogFiles(path), name);

    /// <summary>
    /// The entries in their order: from the bundles up to the size of the checkpoint, then from the journal. Archived or damaged bundles are passed
    /// over.
    /// </summary>
    /// <param name="from">The first index.</param>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public IEnumerable<LoggedEntry> Entries(long from = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        var size = Checkpoint?.Size ?? 0;
        var next = from;
        foreach (var path in Bundles(from / TilePath.FullWidth))
        {
            if (Checkpoint is null) size = path.FirstLeaf + path.Width;
            var file = Tile(path);
            var (index, offset) = (path.FirstLeaf, 0);
            while (file.State == FileState.Read && index < path.FirstLeaf + path.Width
                && EntryBundle.TryRead(file.Bytes.Span, offset, out var entry, out var after))
            {
                if (index >= from)
                    yield return new LoggedEntry(Name, index, file.Path.ToString(), after - entry.Length,
                        file.Bytes[(after - entry.Length)..after], false);
                (index, offset, next) = (index + 1, after, Math.Max(next, index + 1));
            }
        }

        // A last bundle that is absent or cut is in the journal still.
        foreach (var entry in Pending(Math.Max(next, from), size)) yield return entry;
    }

    /// <summary>Returns the proof that the log only grew from a size to that of its checkpoint.</summary>
    /// <param name="oldSize">The size, at most that of the checkpoint.</param>
    /// <exception cref="IOException">A tile that it needs is missing or cut, or there is no checkpoint.</exception>
    public IReadOnlyList<TreeHash> ConsistencyFrom(long oldSize)
    {
        var size = Checkpoint?.Size ?? throw new IOException($"{Name} has no checkpoint that can be read");
        var nodes = new TileNodes(size, path => Tile(path) is { State: FileState.Read } tile ? tile.Bytes.ToArray() : null);
        return ConsistencyProof.Build(nodes, oldSize, size);
    }

    /// <summary>The lines of the copy of the verifier keys that are keys. They prove nothing about who wrote the log.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<string> Keys()
    {
        byte[] bytes = [];
        return files.Read(LogLayout.Keys, SignedNote.MostBytes, ref bytes, out var length) != FileState.Read ? []
            : [.. Encoding.UTF8.GetString(bytes, 0, length).Split('\n').Where(line => NoteKey.TryParse(line, out _, out _))];
    }

    /// <summary>
    /// Reads the cosigned checkpoints beside the log, at most <see cref="MostCosigned"/>, in the order of their names. Nothing in them is verified.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IReadOnlyList<CosignedCheckpoint> Cosigned() => Cosigned(out _);

    /// <summary>Reads the checkpoint that one witness cosigned; null where there is none.</summary>
    /// <param name="name">The name of its file, which the configuration of the gateway gives to the witness.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal CosignedCheckpoint? Cosigned(string name)
    {
        byte[] bytes = [];
        var state = files.Read($"{LogLayout.Cosigned}/{name}", SignedNote.MostBytes, ref bytes, out var length);
        if (state == FileState.Absent) return null;
        return new CosignedCheckpoint(name, state == FileState.Read ? SignedNote.Parse(bytes.AsSpan(0, length)) : null);
    }

    /// <summary>Reads the cosigned checkpoints, and counts those beyond the bound.</summary>
    internal IReadOnlyList<CosignedCheckpoint> Cosigned(out int notRead)
    {
        var names = files.Names(LogLayout.Cosigned);
        notRead = Math.Max(0, names.Count - MostCosigned);
        return [.. names.Take(MostCosigned).Select(Cosigned).OfType<CosignedCheckpoint>()];
    }

    /// <summary>Reads the text of a kept payload.</summary>
    /// <param name="payload">Its name in the entry: <c>sha256:</c> and 64 hexadecimal digits.</param>
    /// <returns>Null where it is not there, or the name is none. Its digest is not compared.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[]? Payload(string payload)
    {
        byte[] bytes = [];
        foreach (var path in PayloadFiles(payload))
        {
            if (files.Read(path, AuditEntryFormat.MostSealed, ref bytes, out var length) == FileState.Read) return bytes[..length];
        }

        return null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var segment in Journal) segment.Dispose();
    }

    /// <summary>
    /// Returns the paths where a payload may be, in the order in which to look; none for what is no name of one. Until its entry is on stable
    /// storage, and a moment longer, it is in a folder of its own. The last path is for one that is moved between two looks.
    /// </summary>
    public static IReadOnlyList<string> PayloadFiles(string payload)
    {
        if (DigestOf(payload) is not { } digest) return [];
        var path = LogLayout.Payload(digest);
        return [path, LogLayout.NewPayload(digest), path];
    }

    /// <summary>Returns the path of a payload's file after its entry is on stable storage; null for what is no name of one.</summary>
    internal static string? PayloadFile(string payload) => DigestOf(payload) is { } digest ? LogLayout.Payload(digest) : null;

    /// <summary>Returns whether a text is the name of a payload.</summary>
    internal static bool IsPayload(string text) => DigestOf(text) is not null;

    /// <summary>The index at which the frames of a segment end to count: that of the next segment that has a header.</summary>
    internal long EndOf(int segment)
    {
        for (var next = segment + 1; next < Journal.Count; next++)
        {
            if (Journal[next].First is { } first) return first;
        }

        return long.MaxValue;
    }

    /// <summary>Reads a tile or bundle: from the file of its name, or from a wider one.</summary>
    internal TileFile Tile(TilePath wanted)
    {
        var last = new TileFile(FileState.Absent, wanted, default);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            foreach (var path in Names(wanted))
            {
                var file = Exact(path);
                if (file.State != FileState.Absent) last = file;
                if (file.State == FileState.Read) return last;
            }

            if (!wanted.IsPartial) break;
        }

        return last;
    }

    /// <summary>True where the full bundle is there.</summary>
    internal bool HasBundle(long bundle)
    {
        using var file = files.Open(new TilePath(null, bundle, TilePath.FullWidth).ToString(), out _);
        return file is not null;
    }

    /// <summary>Reads a tile or bundle from the file of its name only.</summary>
    internal TileFile Exact(TilePath path)
    {
        // Each kind has a buffer of its own: a bundle is compared with several tiles.
        var isBundle = path.Level is null;
        var most = isBundle ? EntryBundle.MostBytes : TilePath.FullWidth * TreeHash.Length;
        var state = files.Read(path.ToString(), most, ref isBundle ? ref bundleBuffer : ref tileBuffer, out var length);
        return new TileFile(state, path, (isBundle ? bundleBuffer : tileBuffer).AsMemory(0, length));
    }

    /// <summary>The other files that have hashes or entries of a tile: the full one, and partial ones of other widths.</summary>
    internal IEnumerable<TilePath> Copies(TilePath tile)
    {
        if (tile.IsPartial) yield return tile with { Width = TilePath.FullWidth };
        foreach (var partial in Partials(tile).Where(path => path.Width != tile.Width)) yield return partial;
    }

    private static string? DigestOf(string payload)
    {
        const string prefix = "sha256:";
        ArgumentNullException.ThrowIfNull(payload);
        if (!payload.StartsWith(prefix, StringComparison.Ordinal)) return null;
        var digest = payload[prefix.Length..];
        return LogLayout.IsDigest(digest) ? digest : null;
    }

    /// <summary>The partial files of a tile, the narrowest first.</summary>
    private IEnumerable<TilePath> Partials(TilePath tile)
    {
        var folder = (tile with { Width = TilePath.FullWidth }) + ".p";
        return files.Names(folder)
            .Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && name[0] != '0' ? width : 0)
            .Where(width => width is > 0 and < TilePath.FullWidth).Order().Select(width => tile with { Width = width });
    }

    private IEnumerable<TilePath> Names(TilePath wanted)
    {
        yield return wanted;
        if (!wanted.IsPartial) yield break;
        yield return wanted with { Width = TilePath.FullWidth };
        foreach (var wider in Partials(wanted).Where(path => path.Width > wanted.Width)) yield return wider;
    }

    private IEnumerable<LoggedEntry> Pending(long from, long size)
    {
        for (var at = 0; at < Journal.Count; at++)
        {
            foreach (var frame in Journal[at].Frames(EndOf(at)))
            {
                if (frame.Index < from) continue;
                yield return new LoggedEntry(Name, frame.Index, Journal[at].Name, frame.Offset, frame.Bytes, frame.Index >= size);
                from = frame.Index + 1;
            }
        }
    }

    private IEnumerable<TilePath> Bundles(long first)
    {
        if (Checkpoint is { Size: var size })
        {
            var full = size / TilePath.FullWidth;
            var next = first;
            for (; next < full && HasBundle(next); next++) yield return new TilePath(null, next, TilePath.FullWidth);
            // A checkpoint that no key signed may name any size. Behind the first bundle that is absent, only the names in the folder are followed.
            if (next < full)
            {
                foreach (var bundle in FullBundles(next).TakeWhile(bundle => bundle < full))
                    yield return new TilePath(null, bundle, TilePath.FullWidth);
            }

            if (full >= first && TilePath.In(size, null, full) is { } last) yield return last;
            yield break;
        }

        // Without a checkpoint that can be read: the full bundles that are there. The others are in the journal.
        foreach (var bundle in FullBundles(first)) yield return new TilePath(null, bundle, TilePath.FullWidth);
    }

    /// <summary>The full bundles that are there, in order.</summary>
    internal IEnumerable<long> FullBundles(long first = 0) =>
        Enumerable.Range(1, IndexGroups).SelectMany(groups => FullBundles("tile/entries", 0, groups)).Where(bundle => bundle >= first);

    // The names of bundles with so many groups of three digits, in order. The folders are walked, so that a made-up name costs no more than itself.
    private IEnumerable<long> FullBundles(string folder, long before, int groups)
    {
        foreach (var name in files.Names(folder))
        {
            var digits = groups > 1 && name[0] == 'x' ? name[1..] : groups == 1 ? name : "";
            if (digits.Length != 3 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) continue;
            var index = (1000 * before) + number;
            if (groups > 1)
            {
                foreach (var bundle in FullBundles($"{folder}/{name}", index, groups - 1)) yield return bundle;
            }
            else if (index < LargestBundle && $"{folder}/{name}" == new TilePath(null, index, TilePath.FullWidth).ToString() && HasBundle(index))
            {
                yield return index;
            }
        }
    }
}
