using System.Buffers;
using Gatehouse.Protocol;

namespace Gatehouse.Range.Doubles;

/// <summary>Framing for stdio that trusts the bytes: what the client wrote, and a line feed.</summary>
internal static class RawLines
{
    public static void Write(IBufferWriter<byte> output, ValidatedMessage message)
    {
        output.Write(message.Bytes.Span);
        output.Write("\n"u8);
    }
}
