using System.Globalization;

namespace Gatehouse.Protocol.Json;

/// <summary>The escapes inside a JSON string whose grammar was already checked (RFC 8259 section 7).</summary>
internal static class JsonEscapes
{
    /// <summary>Finds the first <c>\u</c> escape that names half of a surrogate pair without the other half.</summary>
    /// <param name="content">The string without its quotes.</param>
    /// <returns>Its offset, or -1 when all halves are paired.</returns>
    public static int IndexOfLoneSurrogate(ReadOnlySpan<byte> content)
    {
        var at = 0;
        while (true)
        {
            var next = content[at..].IndexOf((byte)'\\');
            if (next < 0)
                return -1;
            at += next;
            var used = EscapeLength(content[at..]);
            if (used == 0)
                return at;
            at += used;
        }
    }

    /// <summary>Returns whether two string contents decode to the same text.</summary>
    public static bool DecodeEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CompareDecoded(left, right) == 0;

    /// <summary>Orders two string contents by their decoded UTF-8 bytes.</summary>
    public static int CompareDecoded(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var first = new JsonStringBytes(left);
        var second = new JsonStringBytes(right);
        while (true)
        {
            var a = first.Next();
            var b = second.Next();
            if (a != b || a < 0)
                return a.CompareTo(b);
        }
    }

    /// <summary>Returns the four hex digits of a <c>\u</c> escape as a UTF-16 unit.</summary>
    /// <param name="escape">Begins with <c>\u</c> and four hex digits.</param>
    public static char Unit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static int EscapeLength(ReadOnlySpan<byte> rest)
    {
        if (rest[1] != 'u')
            return 2;
        var unit = Unit(rest);
        if (char.IsLowSurrogate(unit))
            return 0;
        if (!char.IsHighSurrogate(unit))
            return 6;
        return rest.Length >= 12 && rest[6] == '\\' && rest[7] == 'u' && char.IsLowSurrogate(Unit(rest[6..])) ? 12 : 0;
    }
}
