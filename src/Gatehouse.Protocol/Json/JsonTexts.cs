namespace Gatehouse.Protocol.Json;

/// <summary>
/// An enumerator of every string of a value of validated JSON, at any depth and in the order of the bytes: values and names of members. It is the one
/// list of the texts of a message (design rule 9), and leaves out nothing.
/// </summary>
public ref struct JsonTexts
{
    private readonly ReadOnlySpan<byte> bytes;
    private int at;

    /// <summary>Begins before the first string.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="value">Range of the value; an absent one has no strings.</param>
    public JsonTexts(ReadOnlySpan<byte> bytes, ByteRange value)
    {
        this.bytes = bytes[..value.End];
        at = value.Start;
        Current = default;
    }

    /// <summary>The string that was reached.</summary>
    public JsonTextToken Current { get; private set; }

    /// <summary>Returns itself: the type is its own enumerator.</summary>
    public readonly JsonTexts GetEnumerator() => this;

    /// <summary>Moves to the next string.</summary>
    public bool MoveNext()
    {
        var next = bytes[at..].IndexOf((byte)'"');
        if (next < 0) return false;
        var start = at + next;
        at = JsonWalk.EndOfValue(bytes, start);
        var after = JsonWalk.SkipSpace(bytes, at);
        Current = new JsonTextToken(new ByteRange(start, at - start), after < bytes.Length && bytes[after] == ':');
        return true;
    }
}
