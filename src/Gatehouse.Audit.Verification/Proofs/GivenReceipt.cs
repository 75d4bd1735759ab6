using System.Text.Json;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification.Proofs;

/// <summary>A receipt from a file of its holder. Nothing in it is verified.</summary>
/// <param name="Note">The signed note.</param>
/// <param name="Receipt">Its text.</param>
/// <param name="Salt">The salt of the call's hash; null where the file does not have it, as a receipt that was passed on.</param>
public sealed record GivenReceipt(SignedNote Note, Receipt Receipt, ReadOnlyMemory<byte>? Salt)
{
    /// <summary>The most bytes of a file that is read: it may be a whole answer.</summary>
    public const int MostBytes = 4 << 20;

    private const string Member = "gatehouse/receipt";

    /// <summary>
    /// Reads a receipt from the bytes of a note, of the JSON object that a caller gets, or of the answer with that object. Null where there is none.
    /// </summary>
    public static GivenReceipt? Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MostBytes) return null;
        if (!bytes.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8)) return Of(SignedNote.Parse(bytes.Span), null);
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return Find(document.RootElement) is { } receipt ? OfObject(receipt) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // a string with half a character is reported by the second
        }
    }

    /// <summary>Reads a receipt from a file. Null where there is none in it.</summary>
    /// <exception cref="IOException">It is no regular file, or cannot be read.</exception>
    public static GivenReceipt? Read(string path)
    {
        if (!FileKind.IsRegular(path)) throw new IOException($"{path} is not a regular file; it was not read");
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[Math.Min(RandomAccess.GetLength(file), MostBytes + 1)];
        var length = 0;
        for (int read; length < bytes.Length && (read = RandomAccess.Read(file, bytes.AsSpan(length), length)) > 0;) length += read;
        return Parse(bytes.AsMemory(0, length));
    }

    private static JsonElement? Find(JsonElement root)
    {
        if (root.TryGetProperty("note", out _)) return root;
        foreach (var (outer, inner) in (ReadOnlySpan<(string, string)>)[("result", "_meta"), ("error", "data")])
        {
            if (Inside(root, outer) is { } holder && Inside(holder, inner) is { } container) return Inside(container, Member);
        }

        return Inside(root, Member);
    }

    private static JsonElement? Inside(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static GivenReceipt? OfObject(JsonElement receipt)
    {
        if (!receipt.TryGetProperty("note", out var note) || note.ValueKind != JsonValueKind.String) return null;
        byte[]? salt = null;
        if (receipt.TryGetProperty("salt", out var text) && !text.TryGetBytesFromBase64(out salt)) return null;
        return Of(SignedNote.Parse(System.Text.Encoding.UTF8.GetBytes(note.GetString()!)), salt);
    }

    private static GivenReceipt? Of(SignedNote? note, byte[]? salt) => note is not null && Receipt.TryParse(note.Text, out var receipt)
        ? new GivenReceipt(note, receipt, salt is null ? null : salt.AsMemory()) : null;
}
