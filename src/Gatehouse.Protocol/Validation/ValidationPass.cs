using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Gatehouse.Protocol.Validation;

/// <summary>The one pass over a message: checks what the reader alone lets pass, and records the slots.</summary>
/// <remarks>The bytes were shown to be valid UTF-8 before. The memory it starts with is its caller's stack; more is pooled.</remarks>
internal ref struct ValidationPass
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly MessageLimits _limits;
    private readonly Span<OpenContainer> _open;
    private readonly ref EnvelopeIndex _slots;
    private readonly JsonContainer _root;
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
    /// <param name="open">Room for <see cref="MessageLimits.MaxDepth"/> containers.</param>
    /// <param name="names">The names of open objects, empty.</param>
    public ValidationPass(ReadOnlySpan<byte> bytes, MessageLimits limits, JsonContainer root, ref EnvelopeIndex slots, Span<OpenContainer> open, MemberNames names)
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
    public MessageFault Run()
    {
        try
        {
            return Walk();
        }
        catch (JsonException)
        {
            return MessageFault.NotJson;
        }
        finally
        {
            _names.Return();
            if (_decoded is not null)
                ArrayPool<byte>.Shared.Return(_decoded);
        }
    }

    private MessageFault Walk()
    {
        do
        {
            if (!_reader.Read())
                return MessageFault.NotJson;
            MessageFault fault = Take();
            if (fault != MessageFault.None)
                return fault;
        }
        while (_depth > 0);

        return _bytes[(int)_reader.BytesConsumed..].ContainsAnyExcept(" \t\r\n"u8) ? MessageFault.TrailingContent : MessageFault.None;
    }

    private MessageFault Take()
    {
        JsonTokenType token = _reader.TokenType;
        if (token == JsonTokenType.PropertyName)
            return TakeName();
        if (token is JsonTokenType.EndObject or JsonTokenType.EndArray)
            return Close();
        if (++_values > _limits.MaxValues)
            return MessageFault.TooManyValues;
        if (token is JsonTokenType.StartObject or JsonTokenType.StartArray)
            return Open(token == JsonTokenType.StartObject);
        return TakeScalar(token);
    }

    private MessageFault TakeScalar(JsonTokenType token)
    {
        MessageFault fault = token switch
        {
            JsonTokenType.String => CheckPairs(),
            JsonTokenType.Number => CheckNumber(),
            _ => MessageFault.None,
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

    private MessageFault Open(bool isObject)
    {
        if (_depth == _limits.MaxDepth)
            return MessageFault.TooDeep;
        ref OpenContainer container = ref _open[_depth];
        container.Start = Position;
        container.FirstName = _names.Count;
        container.Slot = _member?.Slot;
        container.Place = PlaceOfNext();
        container.IsObject = isObject;
        _member = null;
        _depth++;
        return MessageFault.None;
    }

    private readonly JsonContainer PlaceOfNext()
    {
        if (_depth == 0)
            return _root;
        return _member?.Inside ?? ProtocolMembers.ElementOf(_open[_depth - 1].Place);
    }

    private MessageFault Close()
    {
        ref OpenContainer container = ref _open[--_depth];
        if (container.Slot is { } slot)
            Record(slot, container.Start);
        if (container.IsObject && !_names.TryClose(container.FirstName))
            return MessageFault.DuplicateName;
        return MessageFault.None;
    }

    private MessageFault TakeName()
    {
        ReadOnlySpan<byte> name = _reader.ValueSpan;
        var span = new NameSpan(Position + 1, name.Length);
        if (name.Length > _limits.MaxNameBytes)
            return MessageFault.NameTooLong;
        if (_reader.ValueIsEscaped)
        {
            if (JsonEscapes.IndexOfLoneSurrogate(name) >= 0)
                return MessageFault.LoneSurrogate;
            name = DecodeName();
        }

        ref OpenContainer container = ref _open[_depth - 1];
        if (_names.Count - container.FirstName == _limits.MaxMembers)
            return MessageFault.TooManyMembers;
        if (!_names.TryAdd(container.FirstName, span, NameHash.Of(name)))
            return MessageFault.DuplicateName;
        if (container.Place == JsonContainer.Free)
            return MessageFault.None;
        return ProtocolMembers.TryResolve(container.Place, name, out _member) ? MessageFault.None : MessageFault.CaseVariantName;
    }

    private ReadOnlySpan<byte> DecodeName()
    {
        _decoded ??= ArrayPool<byte>.Shared.Rent(_limits.MaxNameBytes);
        return _decoded.AsSpan(0, _reader.CopyString(_decoded));
    }

    private readonly MessageFault CheckPairs() =>
        _reader.ValueIsEscaped && JsonEscapes.IndexOfLoneSurrogate(_reader.ValueSpan) >= 0 ? MessageFault.LoneSurrogate : MessageFault.None;

    private readonly MessageFault CheckNumber()
    {
        ReadOnlySpan<byte> number = _reader.ValueSpan;
        if (number.Length > _limits.MaxNumberBytes)
            return MessageFault.NumberTooLong;
        // The shortest number beyond doubles has five characters, as 1e309.
        if (number.Length < 5)
            return MessageFault.None;
        // Below 10^300 without an exponent nothing overflows.
        if (number.Length < 300 && !number.ContainsAny((byte)'e', (byte)'E'))
            return MessageFault.None;
        return Utf8Parser.TryParse(number, out double value, out _) && double.IsFinite(value) ? MessageFault.None : MessageFault.NumberNotFinite;
    }

    private readonly void Record(EnvelopeMember slot, int start) => _slots[(int)slot] = new ByteRange(start, (int)_reader.BytesConsumed - start);
}
