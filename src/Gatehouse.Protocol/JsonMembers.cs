namespace Gatehouse.Protocol;

/// <summary>Enumerates the members of an object of validated JSON as ranges of the message.</summary>
public ref struct JsonMembers
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    internal JsonMembers(ReadOnlySpan<byte> bytes, ByteRange jsonObject)
    {
        bool isObject = !jsonObject.IsAbsent && bytes[jsonObject.Start] == '{';
        _bytes = isObject ? bytes[..(jsonObject.End - 1)] : default;
        _at = isObject ? jsonObject.Start + 1 : 0;
        Current = default;
    }

    /// <summary>The member that was reached.</summary>
    public JsonMember Current { get; private set; }

    /// <summary>Itself: the type is its own enumerator.</summary>
    public readonly JsonMembers GetEnumerator() => this;

    /// <summary>Goes to the next member.</summary>
    public bool MoveNext()
    {
        int name = JsonWalk.SkipSpace(_bytes, _at);
        if (name < _bytes.Length && _bytes[name] == ',')
            name = JsonWalk.SkipSpace(_bytes, name + 1);
        if (name >= _bytes.Length)
            return false;
        int nameEnd = JsonWalk.EndOfValue(_bytes, name);
        int colon = JsonWalk.SkipSpace(_bytes, nameEnd);
        int value = JsonWalk.SkipSpace(_bytes, colon + 1);
        _at = JsonWalk.EndOfValue(_bytes, value);
        Current = new JsonMember(new ByteRange(name, nameEnd - name), new ByteRange(value, _at - value));
        return true;
    }
}
