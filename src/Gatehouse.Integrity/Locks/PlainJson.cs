using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Text;

namespace Gatehouse.Integrity.Locks;

/// <summary>
/// A writer of JSON with one value a line. Characters that a person could not see are escaped, so that a review of the file shows all of it.
/// </summary>
/// <remarks>
/// The escapes are those of JSON, and which code points have them is part of the lock's form: a lock that is written again must not differ.
/// </remarks>
internal static class PlainJson
{
    public static byte[] Write(JsonElement value)
    {
        var text = new StringBuilder();
        Value(text, value, 0);
        return Encoding.UTF8.GetBytes(text.Append('\n').ToString());
    }

    private static void Value(StringBuilder text, JsonElement value, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.GetPropertyCount() > 0:
                Object(text, value, depth);
                break;
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                Array(text, value, depth);
                break;
            case JsonValueKind.String:
                Text(text, value.GetString()!);
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void Object(StringBuilder text, JsonElement value, int depth)
    {
        var before = '{';
        foreach (var member in value.EnumerateObject())
        {
            Line(text.Append(before), depth + 1);
            Text(text, member.Name);
            text.Append(": ");
            Value(text, member.Value, depth + 1);
            before = ',';
        }

        Line(text, depth);
        text.Append('}');
    }

    private static void Array(StringBuilder text, JsonElement value, int depth)
    {
        var before = '[';
        foreach (var element in value.EnumerateArray())
        {
            Line(text.Append(before), depth + 1);
            Value(text, element, depth + 1);
            before = ',';
        }

        Line(text, depth);
        text.Append(']');
    }

    private static void Line(StringBuilder text, int depth) => text.Append('\n').Append(' ', depth * 2);

    // Version 1 of the lock wrote six unseen ones as themselves: two vowels of Khmer, the filler of Khitan, a note without a head, blanks between
    // hieroglyphs.
    private static bool IsWrittenAsItself(int codePoint) =>
        AppearanceTable.IsSeen(codePoint) || codePoint is 0x17B4 or 0x17B5 or 0x16FE4 or 0x1D159 or 0x13441 or 0x13442;

    private static void Text(StringBuilder text, string value)
    {
        text.Append('"');
        for (var at = 0; at < value.Length; at++)
        {
            var c = value[at];
            var pair = char.IsSurrogatePair(value, Math.Min(at, value.Length - 1));
            var codePoint = pair ? char.ConvertToUtf32(value, at) : c;
            if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else if (IsWrittenAsItself(codePoint))
                text.Append(char.ConvertFromUtf32(codePoint));
            else if (pair)
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}\\u{(int)value[at + 1]:x4}");
            else
                text.Append(c == '\n' ? "\\n" : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"));
            at += pair ? 1 : 0;
        }

        text.Append('"');
    }
}
