using System.Buffers;
using System.Text;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Verification.Proofs;

/// <summary>The form of an evidence file: lines of text, so that a person can read it and any tool can check it
/// (docs/auditors/verifying.md).</summary>
public static class EvidenceFormat
{
    /// <summary>The first line.</summary>
    public const string Header = "gatehouse-audit-evidence@v1";

    /// <summary>Before the lines of the signed checkpoint.</summary>
    internal const string Checkpoint = "checkpoint";

    /// <summary>Before the lines of an older signed checkpoint. Hashes that follow are the consistency proof.</summary>
    internal const string Since = "since";

    /// <summary>Before the lines of a receipt. The hash of an entry and its inclusion proof may follow.</summary>
    internal const string Receipt = "receipt";

    /// <summary>Before each line of a note.</summary>
    internal const string NotePrefix = "  ";

    internal const string Remark = "# ";
    internal const string Key = "vkey ";
    internal const string Entry = "entry ";
    internal const string Json = "json ";
    internal const string Base64 = "base64 ";
    internal const string Hash = "hash ";
    internal const string Leaf = "leaf ";

    private static readonly SearchValues<byte> Printable = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c)]);

    /// <summary>Returns the lines of a note under a word.</summary>
    internal static IEnumerable<string> NoteLines(string word, SignedNote note) =>
        note.ToString()[..^1].Split('\n').Select(line => NotePrefix + line).Prepend(word);

    /// <summary>Returns the line of an entry: as it is, where it is printable ASCII as every honest entry, else in base64.</summary>
    internal static string EntryLine(ReadOnlySpan<byte> entry) =>
        entry.ContainsAnyExcept(Printable) ? Base64 + Convert.ToBase64String(entry) : Json + Encoding.ASCII.GetString(entry);
}
