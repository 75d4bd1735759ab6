using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>The message that a witness signs, and the time in its signature (C2SP tlog-cosignature, "Ed25519 signed message").</summary>
public static class Cosignature
{
    internal const int TimeBytes = 8;

    /// <summary>Returns the time of a cosignature; null where the bytes are too short, or the time is out of range.</summary>
    public static DateTimeOffset? Time(ReadOnlySpan<byte> signature)
    {
        if (signature.Length <= TimeBytes) return null;
        var seconds = BinaryPrimitives.ReadInt64BigEndian(signature);
        return seconds is < 0 or > 253_402_300_799 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds);
    }

    internal static byte[] Message(long seconds, string text) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{text}"));

    internal static byte[] WithTime(long seconds, ReadOnlySpan<byte> signature)
    {
        var bytes = new byte[TimeBytes + signature.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, seconds);
        signature.CopyTo(bytes.AsSpan(TimeBytes));
        return bytes;
    }
}
