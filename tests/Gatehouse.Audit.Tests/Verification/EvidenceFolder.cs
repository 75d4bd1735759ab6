using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>
/// A folder with evidence logs, written by the tests themselves: the reader and the verifier are held to the layout on paper, not to the writer.
/// </summary>
internal sealed class EvidenceFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-evidence-");
    private readonly List<BuiltLog> logs = [];

    public string Path => folder.FullName;

    /// <summary>Adds a log whose first entry names it and the log before it.</summary>
    public BuiltLog Add(int entries, int size, NoteSigner signer, string reason = "first")
    {
        var before = logs.LastOrDefault();
        var log = new BuiltLog(this, logs.Count + 1, signer);
        var birth = new JsonObject { ["act"] = "log.birth", ["log"] = log.Origin, ["reason"] = before is null ? reason : reason == "first" ? "key-lost" : reason };
        if (before is not null)
        {
            birth["previous"] = before.Origin;
            birth["previousSize"] = before.Size.ToString(CultureInfo.InvariantCulture);
            birth["previousRoot"] = before.Root(before.Size).ToString();
        }

        log.Append(birth);
        log.Append(new JsonObject { ["act"] = "log.opened", ["size"] = "0" });
        while (log.Entries.Count < entries) log.Append(new JsonObject { ["act"] = "reload", ["number"] = log.Entries.Count.ToString(CultureInfo.InvariantCulture) });
        log.Write(size);
        logs.Add(log);
        return log;
    }

    public void Dispose() => folder.Delete(recursive: true);
}

/// <summary>One evidence log of a test: its entries, and its files in the layout of docs/auditors/log-format.md.</summary>
internal sealed class BuiltLog(EvidenceFolder folder, int number, NoteSigner signer)
{
    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"log-{number:D4}");

    public string Path => System.IO.Path.Join(folder.Path, Name);

    public string Origin => signer.Key.Name;

    public NoteSigner Signer => signer;

    public List<byte[]> Entries { get; } = [];

    public int Size { get; private set; }

    /// <summary>The first indexes of the segments of the journal.</summary>
    public List<int> Journal { get; } = [0];

    public static byte[] Entry(int sequence, JsonObject facts, string kind = "control", int version = AuditEntry.ModelVersion)
    {
        var entry = new JsonObject
        {
            ["v"] = version,
            ["seq"] = sequence,
            ["kind"] = kind,
            ["id"] = string.Create(CultureInfo.InvariantCulture, $"id-{sequence}"),
            ["at"] = "2026-11-20T08:30:00Z",
            ["gen"] = 1,
        };
        foreach (var (name, value) in facts.ToList())
        {
            facts.Remove(name);
            entry[name] = value;
        }

        return Encoding.UTF8.GetBytes(entry.ToJsonString(new JsonSerializerOptions
        {
            Encoder =
            System.Text.Encodings.Web.JavaScriptEncoder.Default
        }));
    }

    public void Append(JsonObject facts, string kind = "control", int version = AuditEntry.ModelVersion) =>
        Entries.Add(Entry(Entries.Count + 1, facts, kind, version));

    public TreeHash Root(int size) => MerkleTree.Root(Entries.Take(size).Select(entry => MerkleTree.Leaf(entry)).ToArray());

    public SignedNote Checkpoint(int size, NoteSigner? other = null) =>
        SignedNote.Sign(new Checkpoint(Origin, size, Root(size)).ToText(), [other ?? signer]);

    /// <summary>Writes all files for a size of the checkpoint, in place of those that are there.</summary>
    public void Write(int size, NoteSigner? other = null)
    {
        Size = size;
        foreach (var part in (string[])["tile", "journal"])
        {
            if (Directory.Exists(System.IO.Path.Join(Path, part))) Directory.Delete(System.IO.Path.Join(Path, part), recursive: true);
        }

        Directory.CreateDirectory(Path);
        File.WriteAllText(File_("log.vkeys"), (other ?? signer).Key + "\n");
        File.WriteAllBytes(File_("checkpoint"), Checkpoint(size, other).ToBytes());
        WriteTiles(size);
        for (var at = 0; at < Journal.Count; at++) WriteJournal(at);
    }

    /// <summary>The full path of a file of the log.</summary>
    public string File_(string relative) => System.IO.Path.Join(Path, relative);

    public string JournalFile(int at) => File_(string.Create(CultureInfo.InvariantCulture, $"journal/{at + 1:D10}.journal"));

    /// <summary>Keeps a payload and returns its name.</summary>
    public string Keep(string text)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
        Directory.CreateDirectory(File_($"payloads/{digest[..2]}"));
        File.WriteAllText(File_($"payloads/{digest[..2]}/{digest}"), text);
        return "sha256:" + digest;
    }

    private void WriteTiles(int size)
    {
        for (var bundle = 0; TilePath.In(size, null, bundle) is { } path; bundle++)
            Put(path, [.. Entries.Skip((int)path.FirstLeaf).Take(path.Width).SelectMany(entry =>
                (byte[])[(byte)(entry.Length >> 8), (byte)entry.Length, .. entry])]);
        var row = Entries.Take(size).Select(entry => MerkleTree.Leaf(entry)).ToList();
        for (var level = 0; row.Count > 0; level++)
        {
            for (var tile = 0; TilePath.In(size, level, tile) is { } path; tile++)
                Put(path, HashTile.Bytes([.. row.Skip(tile * TilePath.FullWidth).Take(path.Width)]).ToArray());
            row = [.. row.Chunk(TilePath.FullWidth).Where(tile => tile.Length == TilePath.FullWidth).Select(tile => MerkleTree.Root(tile))];
        }
    }

    private void Put(TilePath path, byte[] bytes)
    {
        var file = File_(path.ToString());
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
    }

    private void WriteJournal(int at)
    {
        Directory.CreateDirectory(File_("journal"));
        using var file = File.Create(JournalFile(at));
        file.Write(JournalFormat.Header(Journal[at]));
        foreach (var entry in Entries.Take(at + 1 < Journal.Count ? Journal[at + 1] : Entries.Count).Skip(Journal[at]))
        {
            var prefix = new byte[JournalFormat.FrameBytes];
            JournalFormat.WritePrefix(prefix, entry);
            file.Write(prefix);
            file.Write(entry);
        }

        file.Write(new byte[5000]);
    }
}
