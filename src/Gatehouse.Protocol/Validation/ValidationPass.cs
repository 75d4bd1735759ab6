using System.Buffers;
using System.Buffers.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Validation;

/// <summary>
/// The one pass over a message: the grammar of JSON (RFC 8259), the rules that keep its reading unambiguous, and the slots of the envelope.
/// </summary>
/// <remarks>The bytes were shown to be valid UTF-8 before. The memory it starts with is its caller's stack; more is pooled.</remarks>
internal ref struct ValidationPass
{
    private readonly MessageLimits limits;
    private readonly Span<OpenContainer> open;
    private readonly ref EnvelopeIndex slots;
    private readonly JsonContainer root;
    private JsonTokens tokens;
    private MemberNames names;
    private ProtocolMember? member;
    private byte[]? decoded;
    private int depth;
    private int values;
    private bool isFirst; // in the innermost open container

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
        this.limits = limits;
        this.root = root;
        this.slots = ref slots;
        this.open = open;
        this.names = names;
        tokens = new JsonTokens(bytes);
    }

    /// <summary>The position of the pass, or of its fault.</summary>
    public readonly int Position => tokens.Start;

    /// <summary>Name comparisons made, for tests of the bound.</summary>
    public readonly long Comparisons => names.Comparisons;

    /// <summary>Reads the whole message.</summary>
    public MessageFault Run()
    {
        try
        {
            return Walk();
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
        var fault = TakeValue(tokens.Next());
        while (fault == MessageFault.None && depth > 0)
            fault = open[depth - 1].IsObject ? TakeMember(tokens.Next()) : TakeElement(tokens.Next());
        if (fault != MessageFault.None)
            return fault;
        return tokens.Next() == JsonTokens.EndOfText ? MessageFault.None : MessageFault.TrailingContent;
    }

    private MessageFault TakeMember(int next)
    {
        if (next == '}')
            return Close();
        if (!isFirst && !TryTakeComma(ref next))
            return MessageFault.NotJson;
        if (next != '"' || !tokens.TryTakeString())
            return MessageFault.NotJson;
        var fault = TakeName();
        if (fault != MessageFault.None)
            return fault;
        if (tokens.Next() != ':')
            return MessageFault.NotJson;
        tokens.TakeStructural();
        return TakeValue(tokens.Next());
    }

    private MessageFault TakeElement(int next)
    {
        if (next == ']')
            return Close();
        return isFirst || TryTakeComma(ref next) ? TakeValue(next) : MessageFault.NotJson;
    }

    private bool TryTakeComma(ref int next)
    {
        if (next != ',')
            return false;
        tokens.TakeStructural();
        next = tokens.Next();
        return true;
    }

    private MessageFault TakeValue(int next)
    {
        isFirst = false;
        if (++values > limits.MaxValues)
            return MessageFault.TooManyValues;
        if (next is '{' or '[')
            return Open(isObject: next == '{');
        var fault = TakeScalar(next);
        if (fault == MessageFault.None && member is not null)
            RecordScalar();
        return fault;
    }

    private MessageFault TakeScalar(int next) => next switch
    {
        '"' => tokens.TryTakeString() ? CheckPairs() : MessageFault.NotJson,
        '-' or (>= '0' and <= '9') => tokens.TryTakeNumber() ? CheckNumber() : MessageFault.NotJson,
        't' => tokens.TryTake("true"u8) ? MessageFault.None : MessageFault.NotJson,
        'f' => tokens.TryTake("false"u8) ? MessageFault.None : MessageFault.NotJson,
        'n' => tokens.TryTake("null"u8) ? MessageFault.None : MessageFault.NotJson,
        _ => MessageFault.NotJson,
    };

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
        tokens.TakeStructural();
        isFirst = true;
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
        tokens.TakeStructural();
        isFirst = false;
        ref var container = ref open[--depth];
        if (container.Slot is { } slot)
            Record(slot, container.Start);
        if (container.IsObject && !names.TryClose(container.FirstName))
            return MessageFault.DuplicateName;
        return MessageFault.None;
    }

    private MessageFault TakeName()
    {
        var name = tokens.Token[1..^1];
        var span = new NameSpan(Position + 1, name.Length);
        if (name.Length > limits.MaxNameBytes)
            return MessageFault.NameTooLong;
        if (tokens.HasEscape)
        {
            if (JsonEscapes.IndexOfLoneSurrogate(name) >= 0)
                return MessageFault.LoneSurrogate;
            name = Decoded(name);
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

    private ReadOnlySpan<byte> Decoded(ReadOnlySpan<byte> name)
    {
        decoded ??= ArrayPool<byte>.Shared.Rent(limits.MaxNameBytes);
        var text = new JsonStringBytes(name);
        var length = 0;
        while (text.Next() is var next and >= 0)
            decoded[length++] = (byte)next;
        return decoded.AsSpan(0, length);
    }

    private readonly MessageFault CheckPairs() =>
        tokens.HasEscape && JsonEscapes.IndexOfLoneSurrogate(tokens.Token[1..^1]) >= 0 ? MessageFault.LoneSurrogate : MessageFault.None;

    private readonly MessageFault CheckNumber()
    {
        var number = tokens.Token;
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

    private readonly void Record(EnvelopeMember slot, int start) => slots[(int)slot] = new ByteRange(start, tokens.End - start);
}
