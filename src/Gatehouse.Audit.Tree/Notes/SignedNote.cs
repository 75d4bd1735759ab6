using System.Globalization;
using System.Text;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>A text with the signatures of one or more keys (C2SP signed-note).</summary>
/// <param name="Text">The text, up to and including its last line feed.</param>
/// <param name="Signatures">The signatures, in their order.</param>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    /// <summary>The most bytes of a note that is read.</summary>
    public const int MostBytes = 64 << 10;

    /// <summary>The most signatures of a note that is read; at least 16 must be.</summary>
    public const int MostSignatures = 64;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a note. Null where the bytes are no note: not UTF-8, a control character, no signature, or above the bounds.</summary>
    public static SignedNote? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length > MostBytes) return null;
        string note;
        try
        {
            note = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }

        foreach (var c in note)
        {
            if (c < ' ' && c != '\n') return null;
        }

        var blank = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (blank < 0 || !note.EndsWith('\n') || note.Length == blank + 2) return null;
        var lines = note[(blank + 2)..^1].Split('\n');
        if (lines.Length > MostSignatures) return null;
        var signatures = new List<NoteSignature>(lines.Length);
        foreach (var line in lines)
        {
            if (NoteSignature.Parse(line) is not { } signature) return null;
            signatures.Add(signature);
        }

        return new SignedNote(note[..(blank + 1)], signatures);
    }

    /// <summary>Signs a text.</summary>
    /// <param name="text">The text; it ends with a line feed.</param>
    /// <param name="keys">The keys. There is one signature of each, in their order.</param>
    /// <exception cref="ArgumentException">The text cannot be the text of a note, or there is no key.</exception>
    public static SignedNote Sign(string text, IReadOnlyList<NoteSigner> keys)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count == 0) throw new ArgumentException("A note has at least one signature.", nameof(keys));
        if (!text.EndsWith('\n') || text.Any(c => c < ' ' && c != '\n')) throw new ArgumentException("The text is no text of a note.", nameof(text));
        return new SignedNote(text, [.. keys.Select(key => key.Sign(text))]);
    }

    /// <summary>
    /// Returns the keys of those given that signed the note. Null where a signature is said to be of one of them and is not: then the whole note is
    /// refused, as the specification asks. A line that is equal to one before it is passed over: repeated lines do not make the note cost more
    /// (CWE-407).
    /// </summary>
    public IReadOnlyList<NoteKey>? Verified(IReadOnlyList<NoteKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var signed = new List<NoteKey>();
        for (var at = 0; at < Signatures.Count; at++)
        {
            var signature = Signatures[at];
            if (Signatures.Take(at).Any(signature.IsEqual)) continue;
            foreach (var key in keys)
            {
                if (key.Name != signature.Name || key.Id != signature.KeyId) continue;
                if (!key.Verifies(Text, signature.Bytes.Span)) return null;
                if (!signed.Contains(key)) signed.Add(key);
            }
        }

        return signed;
    }

    /// <summary>Returns the note as it is written.</summary>
    public override string ToString()
    {
        var note = new StringBuilder(Text).Append('\n');
        foreach (var signature in Signatures) note.Append(CultureInfo.InvariantCulture, $"{signature}\n");
        return note.ToString();
    }

    /// <summary>Returns the bytes of the note.</summary>
    public byte[] ToBytes() => Strict.GetBytes(ToString());
}
