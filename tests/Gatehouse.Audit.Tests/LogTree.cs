using System.Text;
using System.Text.Json;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Tests;

/// <summary>A log in memory as a reader sees it: its entries by index, from full bundles, partial ones and the journal, and its checkpoint.</summary>
internal sealed class LogTree
{
    private LogTree(IReadOnlyList<byte[]> entries, Checkpoint checkpoint) => (Entries, Checkpoint) = (entries, checkpoint);

    public IReadOnlyList<byte[]> Entries { get; }

    public Checkpoint Checkpoint { get; }

    public IReadOnlyList<JsonElement> Json => [.. Entries.Select(entry => JsonDocument.Parse(entry).RootElement)];

    /// <summary>Reads a log, and fails where its signature, tiles or root are wrong.</summary>
    public static LogTree Read(FaultyFolder folder, string log, TestLogKeys keys)
    {
        var note = SignedNote.Parse(folder.Bytes($"{log}/checkpoint"));
        Assert.NotNull(note);
        Assert.NotEmpty(note.Verified(keys.Public)!);
        Assert.True(Checkpoint.TryParse(note.Text, out var checkpoint));
        var bundled = Bundled(folder, log, checkpoint.Size);
        Assert.Equal(checkpoint.Size, bundled.Count);
        var leaves = bundled.Select(entry => MerkleTree.Leaf(entry)).ToArray();
        Assert.Equal(checkpoint.Root, MerkleTree.Root(leaves));
        RequireTiles(folder, log, leaves);
        return new LogTree([.. WithJournal(folder, log, bundled)], checkpoint);
    }

    private static List<byte[]> Bundled(FaultyFolder folder, string log, long size)
    {
        var entries = new List<byte[]>();
        for (long index = 0; TilePath.In(size, null, index) is { } path; index++)
        {
            var full = path with { Width = TilePath.FullWidth };
            var bytes = folder.Bytes($"{log}/{(folder.Paths.Contains($"{log}/{full}") ? full : path)}");
            var width = 0;
            for (var at = 0; width < path.Width && EntryBundle.TryRead(bytes, at, out var entry, out var next); at = next, width++)
                entries.Add(entry.ToArray());
            Assert.Equal(path.Width, width);
        }

        return entries;
    }

    private static void RequireTiles(FaultyFolder folder, string log, TreeHash[] leaves)
    {
        var row = leaves;
        for (var level = 0; row.Length > 0; level++)
        {
            var above = new List<TreeHash>();
            for (var at = 0; at < row.Length; at += TilePath.FullWidth)
            {
                var hashes = row.AsSpan(at, Math.Min(TilePath.FullWidth, row.Length - at));
                var path = new TilePath(level, at / TilePath.FullWidth, hashes.Length);
                var full = path with { Width = TilePath.FullWidth };
                var tile = folder.Bytes($"{log}/{(folder.Paths.Contains($"{log}/{full}") ? full : path)}");
                Assert.Equal(HashTile.Bytes(hashes), tile[..(hashes.Length * TreeHash.Length)]);
                if (path.Width == TilePath.FullWidth) above.Add(MerkleTree.Root(hashes));
            }

            row = [.. above];
        }
    }

    private static List<byte[]> WithJournal(FaultyFolder folder, string log, List<byte[]> entries)
    {
        var segments = folder.Segments.Where(path => path.StartsWith(log + "/", StringComparison.Ordinal))
            .Select(path => (Path: path, First: JournalFormat.FirstLeaf(folder.Bytes(path)))).Where(one => one.First is not null).ToList();
        for (var i = 0; i < segments.Count; i++)
        {
            var (index, end) = (segments[i].First!.Value, i + 1 < segments.Count ? segments[i + 1].First!.Value : long.MaxValue);
            var bytes = folder.Bytes(segments[i].Path);
            var at = JournalFormat.HeaderBytes;
            for (; index < end && at < bytes.Length && JournalFormat.TryRead(bytes.AsSpan(at), out var entry, out _); index++)
            {
                at += JournalFormat.FrameBytes + entry.Length;
                if (index < entries.Count) Assert.Equal(Encoding.UTF8.GetString(entries[(int)index]), Encoding.UTF8.GetString(entry));
                else entries.Add(entry.ToArray());
            }
        }

        return entries;
    }
}
