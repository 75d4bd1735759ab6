using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Gatehouse.Protocol;

/// <summary>The one pass over a message: checks what the reader alone lets pass, and records the slots.</summary>
/// <remarks>The bytes were shown to be valid UTF-8 before. The memory it starts with is its caller's stack; more is pooled.</remarks>
internal ref struct ProofPass
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ProofLimits _limits;
    private readonly Span<OpenContainer> _open;
    private readonly ref SlotTable _slots;
    private readonly Place _root;
    private Utf8JsonReader _reader;
    private MemberNames _names;
    private ProtocolMember? _member;
    private byte[]? _decoded;
    private int _depth;
    private int _values;

    /// <summary>Prepares a pass.</summary>
    /// <param name="bytes">Valid UTF-8.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="root">What the outermost value is to the protocol.</param>
    /// <param name="slots">Receives the positions.</param>
    /// <param name="open">Room for <see cref="ProofLimits.MaxDepth"/> containers.</param>
    /// <param name="names">The names of open objects, empty.</param>
    public ProofPass(ReadOnlySpan<byte> bytes, ProofLimits limits, Place root, ref SlotTable slots, Span<OpenContainer> open, MemberNames names)
    {
        _bytes = bytes;
        _limits = limits;
        _root = root;
        _slots = ref slots;
        _open = open;
        _names = names;
        // One level more than allowed: the bound is ours, so that it is told apart from bad JSON.
        _reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = limits.MaxDepth + 1 });
    }

    /// <summary>Where the pass stands, or stopped.</summary>
    public readonly int Position => (int)_reader.TokenStartIndex;

    /// <summary>Name comparisons made, for tests of the bound.</summary>
    public readonly long Comparisons => _names.Comparisons;

    /// <summary>Reads the whole message.</summary>
    public ProofFault Run()
    {
        try
        {
            return Walk();
        }
        catch (JsonException)
        {
            return ProofFault.NotJson;
        }
        finally
        {
            _names.Return();
            if (_decoded is not null)
                ArrayPool<byte>.Shared.Return(_decoded);
        }
    }

    private ProofFault Walk()
    {
        do
        {
            if (!_reader.Read())
                return ProofFault.NotJson;
            ProofFault fault = Take();
            if (fault != ProofFault.None)
                return fault;
        }
        while (_depth > 0);

        return _bytes[(int)_reader.BytesConsumed..].ContainsAnyExcept(" \t\r\n"u8) ? ProofFault.TrailingContent : ProofFault.None;
    }

    private ProofFault Take()
    {
        JsonTokenType token = _reader.TokenType;
        if (token == JsonTokenType.PropertyName)
            return TakeName();
        if (token is JsonTokenType.EndObject or JsonTokenType.EndArray)
            return Close();
        if (++_values > _limits.MaxValues)
            return ProofFault.TooManyValues;
        if (token is JsonTokenType.StartObject or JsonTokenType.StartArray)
            return Open(token == JsonTokenType.StartObject);
        return TakeScalar(token);
    }

    private ProofFault TakeScalar(JsonTokenType token)
    {
        ProofFault fault = token switch
        {
            JsonTokenType.String => CheckPairs(),
            JsonTokenType.Number => CheckNumber(),
            _ => ProofFault.None,
        };
        if (_member is not null)
            RecordScalar();
        return fault;
    }

    private void RecordScalar()
    {
        if (_member!.Slot is { } slot)
            Record(slot, Position);
        _member = null;
    }

    private ProofFault Open(bool isObject)
    {
        if (_depth == _limits.MaxDepth)
            return ProofFault.TooDeep;
        ref OpenContainer container = ref _open[_depth];
        container.Start = Position;
        container.FirstName = _names.Count;
        container.Slot = _member?.Slot;
        container.Place = PlaceOfNext();
        container.IsObject = isObject;
        _member = null;
        _depth++;
        return ProofFault.None;
    }

    private readonly Place PlaceOfNext()
    {
        if (_depth == 0)
            return _root;
        return _member?.Inside ?? ProtocolMembers.ElementOf(_open[_depth - 1].Place);
    }

    private ProofFault Close()
    {
        ref OpenContainer container = ref _open[--_depth];
        if (container.Slot is { } slot)
            Record(slot, container.Start);
        if (container.IsObject && !_names.TryClose(container.FirstName))
            return ProofFault.DuplicateName;
        return ProofFault.None;
    }

    private ProofFault TakeName()
    {
        ReadOnlySpan<byte> name = _reader.ValueSpan;
        var span = new NameSpan(Position + 1, name.Length);
        if (name.Length > _limits.MaxNameBytes)
            return ProofFault.NameTooLong;
        if (_reader.ValueIsEscaped)
        {
            if (JsonEscapes.IndexOfLoneSurrogate(name) >= 0)
                return ProofFault.LoneSurrogate;
            name = DecodeName();
        }

        ref OpenContainer container = ref _open[_depth - 1];
        if (_names.Count - container.FirstName == _limits.MaxMembers)
            return ProofFault.TooManyMembers;
        if (!_names.TryAdd(container.FirstName, span, NameHash.Of(name)))
            return ProofFault.DuplicateName;
        if (container.Place == Place.Free)
            return ProofFault.None;
        return ProtocolMembers.TryResolve(container.Place, name, out _member) ? ProofFault.None : ProofFault.CaseVariantName;
    }

    private ReadOnlySpan<byte> DecodeName()
    {
        _decoded ??= ArrayPool<byte>.Shared.Rent(_limits.MaxNameBytes);
        return _decoded.AsSpan(0, _reader.CopyString(_decoded));
    }

    private readonly ProofFault CheckPairs() =>
        _reader.ValueIsEscaped && JsonEscapes.IndexOfLoneSurrogate(_reader.ValueSpan) >= 0 ? ProofFault.LoneSurrogate : ProofFault.None;

    private readonly ProofFault CheckNumber()
    {
        ReadOnlySpan<byte> number = _reader.ValueSpan;
        if (number.Length > _limits.MaxNumberBytes)
            return ProofFault.NumberTooLong;
        // The shortest number beyond doubles has five characters, as 1e309.
        if (number.Length < 5)
            return ProofFault.None;
        // Below 10^300 without an exponent nothing overflows.
        if (number.Length < 300 && !number.ContainsAny((byte)'e', (byte)'E'))
            return ProofFault.None;
        return Utf8Parser.TryParse(number, out double value, out _) && double.IsFinite(value) ? ProofFault.None : ProofFault.NumberNotFinite;
    }

    private readonly void Record(Slot slot, int start) => _slots[(int)slot] = new ByteRange(start, (int)_reader.BytesConsumed - start);
}
