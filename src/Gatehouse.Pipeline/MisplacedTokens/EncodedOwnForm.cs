namespace Gatehouse.Pipeline.MisplacedTokens;

/// <summary>The values of the gateway (<c>gha_</c>, <c>ghr_</c>, <c>ghc_</c> and 43 characters) as part of a base64 or base64url text.</summary>
/// <remarks>
/// <para>
/// Threat: a client or model copies an Authorization header of HTTP Basic, or a file of credentials in base64, into an argument, and with it a
/// refresh token (CWE-522).
/// </para>
/// <para>
/// Base64 encodes groups of three bytes, so a prefix has three forms, one for each position in a group. Only where one of them is, the characters
/// around it are decoded: the work is in proportion to the length of the text.
/// </para>
/// </remarks>
internal static class EncodedOwnForm
{
    private const int GroupCharacters = 4;

    // A group before the value and one after it show whether it is a part of a longer word.
    private const int WindowCharacters = GroupCharacters * 19;

    // The characters that the letters "gh" fix, those that the rest of a prefix fixes, and the characters of the group before the first ones.
    private static readonly (byte[] Mark, byte[][] Forms, int Back)[] Positions =
    [
        ("Z2h"u8.ToArray(), ["hX"u8.ToArray(), "jX"u8.ToArray(), "yX"u8.ToArray()], 0),
        ("do"u8.ToArray(), ["YV"u8.ToArray(), "Y1"u8.ToArray(), "cl"u8.ToArray()], 2),
        ("na"u8.ToArray(), ["GFf"u8.ToArray(), "GNf"u8.ToArray(), "HJf"u8.ToArray()], 3),
    ];

    /// <summary>Returns whether the text holds a value of the gateway in base64.</summary>
    public static bool IsIn(ReadOnlySpan<byte> text)
    {
        foreach (var (mark, forms, back) in Positions)
        {
            if (IsIn(text, mark, forms, back)) return true;
        }

        return false;
    }

    private static bool IsIn(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark, byte[][] forms, int back)
    {
        for (var at = 0; text.Length - at >= TokenForms.OwnLength; at += mark.Length)
        {
            var found = text[at..].IndexOf(mark);
            if (found < 0) return false;
            at += found;
            if (at >= back && HasForm(text[(at + mark.Length)..], forms) && IsValueAt(text, at - back)) return true;
        }

        return false;
    }

    private static bool HasForm(ReadOnlySpan<byte> text, byte[][] forms)
    {
        foreach (var form in forms)
        {
            if (text.StartsWith(form)) return true;
        }

        return false;
    }

    private static bool IsValueAt(ReadOnlySpan<byte> text, int group)
    {
        Span<byte> decoded = stackalloc byte[WindowCharacters / GroupCharacters * 3];
        var before = group - GroupCharacters;
        if (before >= 0 && Decode(text.Slice(before, GroupCharacters), decoded) == 3) group = before;
        var window = text[group..];
        var length = Decode(window[..Math.Min(window.Length, WindowCharacters)], decoded);
        var isFound = TokenForms.HasPlainOwn(decoded[..length]);
        decoded.Clear();
        return isFound;
    }

    // Without padding, and to the first character that is not of base64: the text may be cut, or something else follows.
    private static int Decode(ReadOnlySpan<byte> text, Span<byte> decoded)
    {
        var (bits, count, length) = (0, 0, 0);
        foreach (var character in text)
        {
            if (ValueOf(character) is not (>= 0 and var value)) break;
            bits = (bits << 6 | value) & 0xFFFF;
            count += 6;
            if (count < 8) continue;
            count -= 8;
            decoded[length++] = (byte)(bits >> count);
        }

        return length;
    }

    private static int ValueOf(byte character) => character switch
    {
        >= (byte)'A' and <= (byte)'Z' => character - 'A',
        >= (byte)'a' and <= (byte)'z' => character - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => character - '0' + 52,
        (byte)'+' or (byte)'-' => 62,
        (byte)'/' or (byte)'_' => 63,
        _ => -1,
    };
}
