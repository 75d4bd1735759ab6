namespace Gatehouse.Protocol;

/// <summary>Enumerates the elements of an array of validated JSON as ranges of the message.</summary>
public ref struct JsonElements
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    internal JsonElements(ReadOnlySpan<byte> bytes, ByteRange array)
    {
        bool isArray = !array.IsAbsent && bytes[array.Start] == '[';
        _bytes = isArray ? bytes[..(array.End - 1)] : default;
        _at = isArray ? array.Start + 1 : 0;
        Current = default;
    }

    /// <summary>The element that was reached.</summary>
    public ByteRange Current { get; private set; }

    /// <summary>Itself: the type is its own enumerator.</summary>
    public readonly JsonElements GetEnumerator() => this;

    /// <summary>Goes to the next element.</summary>
    public bool MoveNext()
    {
        int start = JsonWalk.SkipSpace(_bytes, _at);
        if (start < _bytes.Length && _bytes[start] == ',')
            start = JsonWalk.SkipSpace(_bytes, start + 1);
        if (start >= _bytes.Length)
            return false;
        _at = JsonWalk.EndOfValue(_bytes, start);
        Current = new ByteRange(start, _at - start);
        return true;
    }
}
