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
    /// <summary>The most bytes of a file that is read: 64 MiB. It may be a whole answer, which has up to 16 MiB by default.</summary>
    public const int MostBytes = 64 << 20;

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
    /// <exception cref="IOException">It is no regular file, is larger than <see cref="MostBytes"/>, or cannot be read.</exception>
    public static GivenReceipt? Read(string path) => Parse(ReadBytes(path));

    /// <summary>Reads a file of a holder: a receipt, a request or an answer.</summary>
    /// <exception cref="IOException">It is no regular file, is larger than <see cref="MostBytes"/>, or cannot be read.</exception>
    public static ReadOnlyMemory<byte> ReadBytes(string path)
    {
        FileKind.RequireRegular(path);
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (RandomAccess.GetLength(file) > MostBytes)
            throw new IOException($"{path} is larger than 64 MiB; a call whose request or answer is larger cannot be compared with its receipt");
        var bytes = new byte[RandomAccess.GetLength(file)];
        var length = 0;
        for (int read; length < bytes.Length && (read = RandomAccess.Read(file, bytes.AsSpan(length), length)) > 0;) length += read;
        return bytes.AsMemory(0, length);
    }

    /// <summary>Returns whether an answer has this receipt, or none. Any other value would be a text without a signature.</summary>
    public bool IsIn(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return Place(document.RootElement) is not { } container || !container.TryGetProperty(Member, out var receipt) || IsThis(receipt);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private bool IsThis(JsonElement receipt) => receipt.ValueKind == JsonValueKind.Object
        && receipt.TryGetProperty("note", out var note) && note.ValueKind == JsonValueKind.String && note.GetString() == Note.ToString()
        && receipt.TryGetProperty("salt", out var text) && text.ValueKind == JsonValueKind.String && text.TryGetBytesFromBase64(out var salt)
        && salt.AsSpan().SequenceEqual((Salt ?? default).Span);

    private static JsonElement? Find(JsonElement root)
    {
        if (root.TryGetProperty("note", out _)) return root;
        return Inside(Place(root) ?? root, Member);
    }

    private static JsonElement? Place(JsonElement root)
    {
        foreach (var (outer, inner) in (ReadOnlySpan<(string, string)>)[("result", "_meta"), ("error", "data")])
        {
            if (Inside(root, outer) is { } holder && Inside(holder, inner) is { } container) return container;
        }

        return null;
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
