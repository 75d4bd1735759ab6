using System.Buffers.Binary;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>One line of signature of a note (C2SP signed-note, "Format").</summary>
/// <param name="Name">The name of the key.</param>
/// <param name="KeyId">The short id of the key. It tells keys apart and proves nothing.</param>
/// <param name="Bytes">The signature without the id.</param>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Bytes)
{
    private const string Dash = "— ";
    private const int IdBytes = 4;

    /// <summary>Reads a line without its line feed. Null where it is no signature.</summary>
    public static NoteSignature? Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (!line.StartsWith(Dash, StringComparison.Ordinal)) return null;
        var parts = line[Dash.Length..].Split(' ');
        if (parts.Length != 2 || !NoteKey.IsName(parts[0])) return null;
        if (!CanonicalBase64.TryDecode(parts[1], out var bytes) || bytes.Length <= IdBytes) return null;
        return new NoteSignature(parts[0], BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(IdBytes));
    }

    /// <summary>Returns whether another line has the same name, id and bytes.</summary>
    internal bool IsEqual(NoteSignature other) => Name == other.Name && KeyId == other.KeyId && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <summary>Returns the line without its line feed.</summary>
    public override string ToString()
    {
        var bytes = new byte[IdBytes + Bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Bytes.Span.CopyTo(bytes.AsSpan(IdBytes));
        return $"{Dash}{Name} {Convert.ToBase64String(bytes)}";
    }
}
