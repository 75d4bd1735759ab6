using System.Buffers;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Canonical;

/// <summary>
/// A writer of validated JSON without space, with members in the order of RFC 8785 section 3.2.3. The depth is that of the validation.
/// </summary>
internal readonly struct CanonicalWriter(
    ReadOnlyMemory<byte> validated, IBufferWriter<byte> output, CanonicalNumbers numbers, IReadOnlyList<ByteRange> omitted)
{
    private readonly ReadOnlyMemory<byte> proven = validated;
    private readonly IBufferWriter<byte> output = output;
    private readonly CanonicalNumbers numbers = numbers;
    private readonly IReadOnlyList<ByteRange> omitted = omitted;

    public void Value(ByteRange value)
    {
        var token = value.Of(proven.Span);
        switch (token[0])
        {
            case (byte)'{':
                Object(value);
                break;
            case (byte)'[':
                Array(value);
                break;
            case (byte)'"':
                CanonicalString.Write(token, this.output);
                break;
            case (byte)'t' or (byte)'f' or (byte)'n':
                this.output.Write(token);
                break;
            default:
                CanonicalNumber.Write(token, this.numbers, this.output);
                break;
        }
    }

    private void Array(ByteRange array)
    {
        var separator = (byte)'[';
        foreach (var element in JsonWalk.Elements(proven.Span, array))
        {
            Byte(separator);
            Value(element);
            separator = (byte)',';
        }

        if (separator == '[')
            Byte(separator);
        Byte((byte)']');
    }

    private void Object(ByteRange jsonObject)
    {
        using var members = new CanonicalMembers(proven, jsonObject);
        var separator = (byte)'{';
        foreach (var member in members.Sorted)
        {
            if (IsOmitted(member.Value)) continue;
            Byte(separator);
            CanonicalString.Write(member.Name.Of(proven.Span), this.output);
            Byte((byte)':');
            Value(member.Value);
            separator = (byte)',';
        }

        if (separator == '{')
            Byte(separator);
        Byte((byte)'}');
    }

    private bool IsOmitted(ByteRange value)
    {
        for (var at = 0; at < this.omitted.Count; at++)
        {
            if (this.omitted[at] == value)
                return true;
        }

        return false;
    }

    private void Byte(byte b)
    {
        this.output.GetSpan(1)[0] = b;
        this.output.Advance(1);
    }
}
