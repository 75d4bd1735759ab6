using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Proofs;

namespace Gatehouse.Range.Servers;

/// <summary>The evidence of an auditor: a log, and the key of a witness or a checkpoint that was kept.</summary>
/// <param name="Log">The log.</param>
/// <param name="Witness">The key of a witness; null where there is none.</param>
/// <param name="Kept">The checkpoint; null where none was kept.</param>
public sealed record EvidenceCase(WrittenLog Log, NoteKey? Witness, byte[]? Kept);

/// <summary>The evidence of a caller: the log, and the receipt of its call.</summary>
/// <param name="Log">The log.</param>
/// <param name="Receipt">The receipt.</param>
/// <param name="Witness">The key of a witness.</param>
/// <param name="Now">The time at which the caller asks.</param>
public sealed record ReceiptCase(WrittenLog Log, GivenReceipt Receipt, NoteKey Witness, DateTimeOffset Now);

/// <summary>
/// An evidence log as the holder of its key can write it: any entries, with tiles, root and signature that fit. It has the layout of
/// docs/auditors/verifying.md.
/// </summary>
public sealed class WrittenLog : IDisposable
{
    private readonly NoteSigner signer;
    private readonly List<byte[]> entries = [];
    private int made;

    internal WrittenLog(string folder, int entries)
        : this(folder, entries, 1, "gateway.example/audit/1", null)
    {
    }

    private WrittenLog(string folder, int entries, int number, string origin, WrittenLog? previous)
    {
        (Folder, Place) = (folder, Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"log-{number:D4}")));
        signer = NoteSigner.Ecdsa(origin, ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Keys = [signer.Key, .. previous?.Keys ?? []];
        var birth = new Dictionary<string, object> { ["act"] = "log.birth", ["log"] = origin, ["reason"] = previous is null ? "first" : "key-lost" };
        if (previous is not null)
        {
            birth["previous"] = previous.Key.Name;
            birth["previousSize"] = previous.entries.Count.ToString(CultureInfo.InvariantCulture);
            birth["previousRoot"] = previous.Root(previous.entries.Count).ToString();
        }

        Add(birth);
        Append(entries - 1);
        Write();
    }

    /// <summary>The folder of all logs.</summary>
    internal string Folder { get; }

    /// <summary>The keys of this log and of the ones before it.</summary>
    internal IReadOnlyList<NoteKey> Keys { get; }

    internal NoteKey Key => signer.Key;

    private string Place { get; }

    /// <summary>Begins the log that follows this one, as a gateway does that has lost the key.</summary>
    internal WrittenLog Succeed(int count) => new(Folder, count, 2, "gateway.example/audit/2", this);

    /// <summary>Deletes this log, and begins another in its place as if there had been none.</summary>
    internal WrittenLog Drop(int count)
    {
        Directory.Delete(Place, recursive: true);
        return new WrittenLog(Folder, count, 1, "gateway.example/audit/3", null);
    }

    /// <inheritdoc />
    public void Dispose() => signer.Dispose();

    /// <summary>Promises an entry to a caller.</summary>
    internal GivenReceipt Promise(int index, DateTimeOffset at)
    {
        var leaf = MerkleTree.Leaf(entries[index]);
        var receipt = new Receipt(signer.Key.Name, index, leaf, at, Receipt.Within, leaf);
        return new GivenReceipt(SignedNote.Sign(receipt.ToText(), [signer]), receipt, null);
    }

    internal void Append(int count)
    {
        for (var i = 0; i < count; i++) Add(new Dictionary<string, object> { ["act"] = "reload" });
    }

    /// <summary>Writes another entry in the place of one.</summary>
    internal void Replace(int index)
    {
        Append(1);
        entries[index] = Numbered(entries[^1], index);
        entries.RemoveAt(entries.Count - 1);
    }

    /// <summary>Takes an entry out, and numbers the ones after it again.</summary>
    internal void Remove(int index)
    {
        entries.RemoveAt(index);
        for (var at = index; at < entries.Count; at++) entries[at] = Numbered(entries[at], at);
    }

    internal void Cut(int size) => entries.RemoveRange(size, entries.Count - size);

    internal SignedNote Checkpoint(int size) => SignedNote.Sign(new Checkpoint(signer.Key.Name, size, Root(size)).ToText(), [signer]);

    /// <summary>Keeps a cosigned checkpoint beside the log, as a gateway does.</summary>
    internal void PutCosigned(SignedNote note) => Put("cosigned/independent", note.ToBytes());

    /// <summary>Writes all files for the entries as they are now.</summary>
    internal void Write()
    {
        foreach (var part in (string[])["tile", "journal"])
        {
            if (Directory.Exists(Path.Combine(Place, part))) Directory.Delete(Path.Combine(Place, part), recursive: true);
        }

        Put("log.vkeys", System.Text.Encoding.UTF8.GetBytes(signer.Key + "\n"));
        Put("checkpoint", Checkpoint(entries.Count).ToBytes());
        WriteTiles();
        WriteJournal();
    }

    /// <summary>True where the checkpoint is signed, and its root is over the entries: what a check without anything from outside sees.</summary>
    internal bool IsSignedAndWhole()
    {
        var note = SignedNote.Parse(File.ReadAllBytes(Path.Combine(Place, "checkpoint")));
        if (note?.Verified([signer.Key]) is not { Count: > 0 } || !Audit.Tree.Notes.Checkpoint.TryParse(note.Text, out var checkpoint)) return false;
        var bundle = File.ReadAllBytes(Path.Combine(Place, new TilePath(null, 0, (int)checkpoint.Size).ToString()));
        var leaves = new List<TreeHash>();
        for (var at = 0; EntryBundle.TryRead(bundle, at, out var entry, out var next); at = next) leaves.Add(MerkleTree.Leaf(entry));
        return MerkleTree.Root(leaves.ToArray()) == checkpoint.Root;
    }

    private void Add(Dictionary<string, object> facts)
    {
        var entry = new Dictionary<string, object>
        {
            ["v"] = 3,
            ["seq"] = entries.Count + 1,
            ["kind"] = "control",
            ["id"] = string.Create(CultureInfo.InvariantCulture, $"id-{made++}"),
            ["at"] = "2026-11-20T08:30:00Z",
            ["gen"] = 1,
        };
        foreach (var (name, value) in facts) entry[name] = value;
        entries.Add(JsonSerializer.SerializeToUtf8Bytes(entry));
    }

    private static byte[] Numbered(byte[] entry, int index)
    {
        var fields = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(entry)!;
        return JsonSerializer.SerializeToUtf8Bytes(fields.ToDictionary(field => field.Key,
            object (field) => field.Key == "seq" ? index + 1 : field.Value));
    }

    private TreeHash Root(int size) => MerkleTree.Root(entries.Take(size).Select(entry => MerkleTree.Leaf(entry)).ToArray());

    // At most one bundle: a log of less than 256 entries.
    private void WriteTiles()
    {
        var leaves = entries.Select(entry => MerkleTree.Leaf(entry)).ToArray();
        Put(new TilePath(0, 0, entries.Count).ToString(), HashTile.Bytes(leaves).ToArray());
        Put(new TilePath(null, 0, entries.Count).ToString(),
            [.. entries.SelectMany(entry => (byte[])[(byte)(entry.Length >> 8), (byte)entry.Length, .. entry])]);
    }

    private void WriteJournal()
    {
        using var bytes = new MemoryStream();
        bytes.Write(JournalFormat.Header(0));
        foreach (var entry in entries)
        {
            var prefix = new byte[JournalFormat.FrameBytes];
            JournalFormat.WritePrefix(prefix, entry);
            bytes.Write(prefix);
            bytes.Write(entry);
        }

        Put("journal/0000000001.journal", bytes.ToArray());
    }

    private void Put(string relative, byte[] bytes)
    {
        var path = Path.Combine(Place, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}
