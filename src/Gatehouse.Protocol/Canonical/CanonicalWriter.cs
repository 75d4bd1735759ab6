using System.Buffers;

namespace Gatehouse.Protocol.Canonical;

/// <summary>Writes validated JSON without space, with members in the order of RFC 8785 section 3.2.3. The depth is that of the validation.</summary>
internal readonly struct CanonicalWriter(ReadOnlyMemory<byte> validated, IBufferWriter<byte> output, CanonicalNumbers numbers)
{
    private readonly ReadOnlyMemory<byte> _proven = validated;
    private readonly IBufferWriter<byte> _output = output;
    private readonly CanonicalNumbers _numbers = numbers;

    public void Value(ByteRange value)
    {
        ReadOnlySpan<byte> token = value.Of(_proven.Span);
        switch (token[0])
        {
            case (byte)'{':
                Object(value);
                break;
            case (byte)'[':
                Array(value);
                break;
            case (byte)'"':
                CanonicalString.Write(token, _output);
                break;
            case (byte)'t' or (byte)'f' or (byte)'n':
                _output.Write(token);
                break;
            default:
                CanonicalNumber.Write(token, _numbers, _output);
                break;
        }
    }

    private void Array(ByteRange array)
    {
        byte separator = (byte)'[';
        foreach (ByteRange element in JsonWalk.Elements(_proven.Span, array))
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
        using var members = new CanonicalMembers(_proven, jsonObject);
        byte separator = (byte)'{';
        foreach (JsonMember member in members.Sorted)
        {
            Byte(separator);
            CanonicalString.Write(member.Name.Of(_proven.Span), _output);
            Byte((byte)':');
            Value(member.Value);
            separator = (byte)',';
        }

        if (separator == '{')
            Byte(separator);
        Byte((byte)'}');
    }

    private void Byte(byte b)
    {
        _output.GetSpan(1)[0] = b;
        _output.Advance(1);
    }
}
