namespace Gatehouse.Protocol.Json;

/// <summary>An enumerator of the members of an object of validated JSON as ranges of the message.</summary>
public ref struct JsonMembers
{
    private readonly ReadOnlySpan<byte> bytes;
    private int at;

    internal JsonMembers(ReadOnlySpan<byte> bytes, ByteRange jsonObject)
    {
        var isObject = !jsonObject.IsAbsent && bytes[jsonObject.Start] == '{';
        this.bytes = isObject ? bytes[..(jsonObject.End - 1)] : default;
        at = isObject ? jsonObject.Start + 1 : 0;
        Current = default;
    }

    /// <summary>The member that was reached.</summary>
    public JsonMember Current { get; private set; }

    /// <summary>Returns itself: the type is its own enumerator.</summary>
    public readonly JsonMembers GetEnumerator() => this;

    /// <summary>Moves to the next member.</summary>
    public bool MoveNext()
    {
        var name = JsonWalk.SkipSpace(bytes, at);
        if (name < bytes.Length && bytes[name] == ',')
            name = JsonWalk.SkipSpace(bytes, name + 1);
        if (name >= bytes.Length)
            return false;
        var nameEnd = JsonWalk.EndOfValue(bytes, name);
        var colon = JsonWalk.SkipSpace(bytes, nameEnd);
        var value = JsonWalk.SkipSpace(bytes, colon + 1);
        at = JsonWalk.EndOfValue(bytes, value);
        Current = new JsonMember(new ByteRange(name, nameEnd - name), new ByteRange(value, at - value));
        return true;
    }
}
