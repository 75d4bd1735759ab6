namespace Gatehouse.Inventory.Reading;

/// <summary>Byte offsets of UTF-16 character offsets of a file in UTF-8; a byte order mark is no character.</summary>
internal sealed class CharacterMap
{
    // A byte offset for every so many characters. The characters in between are counted when they are asked for.
    private const int Step = 1024;

    private readonly byte[] bytes;
    private readonly List<int> known = [];

    public CharacterMap(ReadOnlySpan<byte> file)
    {
        bytes = file.ToArray();
        var at = file.StartsWith("\uFEFF"u8) ? 3 : 0;
        for (var characters = 0; at <= bytes.Length; at += LengthAt(at), characters++)
        {
            if (characters % Step == 0) known.Add(at);
        }
    }

    /// <summary>Returns the byte that the character begins at, or the length of the file for one behind its end.</summary>
    public int ByteOf(long character)
    {
        if (character / Step >= known.Count) return bytes.Length;
        var at = known[(int)(character / Step)];
        for (var rest = (int)(character % Step); rest > 0 && at < bytes.Length; rest--) at += LengthAt(at);
        return Math.Min(at, bytes.Length);
    }

    /// <summary>Returns whether the letter is at the byte.</summary>
    public bool IsAt(int at, char letter) => at < bytes.Length && bytes[at] == letter;

    // Four bytes are two characters of UTF-16: the first is at the first byte, the second at the third.
    private int LengthAt(int at)
    {
        if (at >= bytes.Length) return 1;
        if (IsContinuation(at)) return 2;
        return bytes[at] switch { < 0x80 => 1, < 0xE0 => 2, < 0xF0 => 3, _ => 2 };
    }

    private bool IsContinuation(int at) => (bytes[at] & 0xC0) == 0x80;
}
