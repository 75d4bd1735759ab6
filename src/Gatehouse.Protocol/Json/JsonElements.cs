namespace Gatehouse.Protocol.Json;

/// <summary>An enumerator of the elements of an array of validated JSON as ranges of the message.</summary>
public ref struct JsonElements
{
    private readonly ReadOnlySpan<byte> bytes;
    private int at;

    internal JsonElements(ReadOnlySpan<byte> bytes, ByteRange array)
    {
        var isArray = !array.IsAbsent && bytes[array.Start] == '[';
        this.bytes = isArray ? bytes[..(array.End - 1)] : default;
        at = isArray ? array.Start + 1 : 0;
        Current = default;
    }

    /// <summary>The element that was reached.</summary>
    public ByteRange Current { get; private set; }

    /// <summary>Returns itself: the type is its own enumerator.</summary>
    public readonly JsonElements GetEnumerator() => this;

    /// <summary>Moves to the next element.</summary>
    public bool MoveNext()
    {
        var start = JsonWalk.SkipSpace(bytes, at);
        if (start < bytes.Length && bytes[start] == ',')
            start = JsonWalk.SkipSpace(bytes, start + 1);
        if (start >= bytes.Length)
            return false;
        at = JsonWalk.EndOfValue(bytes, start);
        Current = new ByteRange(start, at - start);
        return true;
    }
}
