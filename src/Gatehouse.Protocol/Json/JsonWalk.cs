using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Protocol.Json;

/// <summary>A walk through validated JSON without allocations. On bytes that were never validated the results mean nothing.</summary>
public static class JsonWalk
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> AfterLiteral = SearchValues.Create(",]} \t\r\n"u8);

    /// <summary>Returns the elements of an array, in order.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="array">The array's range; any other value has no elements.</param>
    public static JsonElements Elements(ReadOnlySpan<byte> bytes, ByteRange array) => new(bytes, array);

    /// <summary>Returns the members of an object, in order.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="jsonObject">The object's range; any other value has no members.</param>
    public static JsonMembers Members(ReadOnlySpan<byte> bytes, ByteRange jsonObject) => new(bytes, jsonObject);

    /// <summary>Finds a member's value by its decoded name.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="jsonObject">The object's range.</param>
    /// <param name="utf8Name">The name, not escaped.</param>
    /// <param name="value">The value's range when the answer is true.</param>
    public static bool TryFindMember(ReadOnlySpan<byte> bytes, ByteRange jsonObject, ReadOnlySpan<byte> utf8Name, out ByteRange value)
    {
        foreach (var member in Members(bytes, jsonObject))
        {
            if (JsonText.Is(member.Name.Of(bytes), utf8Name))
            {
                value = member.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Returns the decoded string at a range, or null when the value is not a string.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "It reads a JSON string; the name is JSON's.")]
    public static string? String(ReadOnlySpan<byte> bytes, ByteRange range) => JsonText.Decode(range.Of(bytes));

    /// <summary>Returns the first position at or after <paramref name="at"/> that is not white space, or the end when there is none.</summary>
    internal static int SkipSpace(ReadOnlySpan<byte> bytes, int at)
    {
        var found = bytes[at..].IndexOfAnyExcept(" \t\r\n"u8);
        return found < 0 ? bytes.Length : at + found;
    }

    /// <summary>Returns the position after the value that begins at <paramref name="at"/>.</summary>
    internal static int EndOfValue(ReadOnlySpan<byte> bytes, int at) => bytes[at] switch
    {
        (byte)'"' => EndOfString(bytes, at),
        (byte)'{' or (byte)'[' => EndOfContainer(bytes, at),
        _ => EndOfLiteral(bytes, at),
    };

    private static int EndOfString(ReadOnlySpan<byte> bytes, int at)
    {
        at++;
        while (true)
        {
            at += bytes[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (bytes[at] == '"')
                return at + 1;
            at += 2;
        }
    }

    private static int EndOfContainer(ReadOnlySpan<byte> bytes, int at)
    {
        var depth = 0;
        while (true)
        {
            at += bytes[at..].IndexOfAny(Structure);
            if (bytes[at] == '"')
            {
                at = EndOfString(bytes, at);
                continue;
            }

            depth += bytes[at] is (byte)'{' or (byte)'[' ? 1 : -1;
            at++;
            if (depth == 0)
                return at;
        }
    }

    private static int EndOfLiteral(ReadOnlySpan<byte> bytes, int at)
    {
        var length = bytes[at..].IndexOfAny(AfterLiteral);
        return length < 0 ? bytes.Length : at + length;
    }
}
