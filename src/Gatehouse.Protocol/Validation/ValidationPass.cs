using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Validation;

/// <summary>The one pass over a message. It checks the rules that the reader does not enforce by itself, and records the slots.</summary>
/// <remarks>The bytes were shown to be valid UTF-8 before. The memory it starts with is its caller's stack; more is pooled.</remarks>
internal ref struct ValidationPass
{
    private readonly ReadOnlySpan<byte> bytes;
    private readonly MessageLimits limits;
    private readonly Span<OpenContainer> open;
    private readonly ref EnvelopeIndex slots;
    private readonly JsonContainer root;
    private Utf8JsonReader reader;
    private MemberNames names;
    private ProtocolMember? member;
    private byte[]? decoded;
    private int depth;
    private int values;

    /// <summary>Prepares a pass.</summary>
    /// <param name="bytes">Valid UTF-8.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="root">The meaning of the outermost value in the protocol.</param>
    /// <param name="slots">Receives the positions.</param>
    /// <param name="open">Room for <see cref="MessageLimits.MaxDepth"/> containers.</param>
    /// <param name="names">The names of open objects, empty.</param>
    public ValidationPass(ReadOnlySpan<byte> bytes, MessageLimits limits, JsonContainer root, ref EnvelopeIndex slots, Span<OpenContainer> open,
        MemberNames names)
    {
        this.bytes = bytes;
        this.limits = limits;
        this.root = root;
        this.slots = ref slots;
        this.open = open;
        this.names = names;
        // One level more than allowed: the bound is ours, so that it is distinguished from bad JSON.
        reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = limits.MaxDepth + 1 });
    }

    /// <summary>The position of the pass, or of its fault.</summary>
    public readonly int Position => (int)reader.TokenStartIndex;

    /// <summary>Name comparisons made, for tests of the bound.</summary>
    public readonly long Comparisons => names.Comparisons;

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
            names.Return();
            if (decoded is not null)
                ArrayPool<byte>.Shared.Return(decoded);
        }
    }

    private MessageFault Walk()
    {
        do
        {
            if (!reader.Read())
                return MessageFault.NotJson;
            var fault = Take();
            if (fault != MessageFault.None)
                return fault;
        }
        while (depth > 0);

        return bytes[(int)reader.BytesConsumed..].ContainsAnyExcept(" \t\r\n"u8) ? MessageFault.TrailingContent : MessageFault.None;
    }

    private MessageFault Take()
    {
        var token = reader.TokenType;
        if (token == JsonTokenType.PropertyName)
            return TakeName();
        if (token is JsonTokenType.EndObject or JsonTokenType.EndArray)
            return Close();
        if (++values > limits.MaxValues)
            return MessageFault.TooManyValues;
        if (token is JsonTokenType.StartObject or JsonTokenType.StartArray)
            return Open(token == JsonTokenType.StartObject);
        return TakeScalar(token);
    }

    private MessageFault TakeScalar(JsonTokenType token)
    {
        var fault = token switch
        {
            JsonTokenType.String => CheckPairs(),
            JsonTokenType.Number => CheckNumber(),
            _ => MessageFault.None,
        };
        if (member is not null)
            RecordScalar();
        return fault;
    }

    private void RecordScalar()
    {
        if (member!.Slot is { } slot)
            Record(slot, Position);
        member = null;
    }

    private MessageFault Open(bool isObject)
    {
        if (depth == limits.MaxDepth)
            return MessageFault.TooDeep;
        ref var container = ref open[depth];
        container.Start = Position;
        container.FirstName = names.Count;
        container.Slot = member?.Slot;
        container.Place = PlaceOfNext();
        container.IsObject = isObject;
        member = null;
        depth++;
        return MessageFault.None;
    }

    private readonly JsonContainer PlaceOfNext()
    {
        if (depth == 0)
            return root;
        return member?.Inside ?? ProtocolMembers.ElementOf(open[depth - 1].Place);
    }

    private MessageFault Close()
    {
        ref var container = ref open[--depth];
        if (container.Slot is { } slot)
            Record(slot, container.Start);
        if (container.IsObject && !names.TryClose(container.FirstName))
            return MessageFault.DuplicateName;
        return MessageFault.None;
    }

    private MessageFault TakeName()
    {
        var name = reader.ValueSpan;
        var span = new NameSpan(Position + 1, name.Length);
        if (name.Length > limits.MaxNameBytes)
            return MessageFault.NameTooLong;
        if (reader.ValueIsEscaped)
        {
            if (JsonEscapes.IndexOfLoneSurrogate(name) >= 0)
                return MessageFault.LoneSurrogate;
            name = DecodeName();
        }

        ref var container = ref open[depth - 1];
        if (names.Count - container.FirstName == limits.MaxMembers)
            return MessageFault.TooManyMembers;
        if (!names.TryAdd(container.FirstName, span, NameHash.Of(name)))
            return MessageFault.DuplicateName;
        if (container.Place == JsonContainer.Free)
            return MessageFault.None;
        return ProtocolMembers.TryResolve(container.Place, name, out member) ? MessageFault.None : MessageFault.CaseVariantName;
    }

    private ReadOnlySpan<byte> DecodeName()
    {
        decoded ??= ArrayPool<byte>.Shared.Rent(limits.MaxNameBytes);
        return decoded.AsSpan(0, reader.CopyString(decoded));
    }

    private readonly MessageFault CheckPairs() =>
        reader.ValueIsEscaped && JsonEscapes.IndexOfLoneSurrogate(reader.ValueSpan) >= 0 ? MessageFault.LoneSurrogate : MessageFault.None;

    private readonly MessageFault CheckNumber()
    {
        var number = reader.ValueSpan;
        if (number.Length > limits.MaxNumberBytes)
            return MessageFault.NumberTooLong;
        // The shortest number beyond doubles has five characters, as 1e309.
        if (number.Length < 5)
            return MessageFault.None;
        // Below 10^300 without an exponent nothing overflows.
        if (number.Length < 300 && !number.ContainsAny((byte)'e', (byte)'E'))
            return MessageFault.None;
        return Utf8Parser.TryParse(number, out double value, out _) && double.IsFinite(value) ? MessageFault.None : MessageFault.NumberNotFinite;
    }

    private readonly void Record(EnvelopeMember slot, int start) => slots[(int)slot] = new ByteRange(start, (int)reader.BytesConsumed - start);
}
