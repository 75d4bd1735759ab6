using System.Globalization;
using System.Text;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Schemas;

/// <summary>
/// The faults that a validation found, in words for a caller who must correct them (SEP-1303): each failing member with its rule and the form that
/// the schema expects there. Missing members are named, since the caller already has the schema. No value of the caller is repeated. Names and the
/// words of the schema are escaped, because they are external text.
/// </summary>
internal static class ArgumentFaults
{
    /// <summary>Most faults that are reported; the validation itself finds no more than that.</summary>
    public const int Most = 20;

    private const int LongestPlace = 256;
    private const int LongestExpected = 200;
    private const int LongestWords = 640;

    /// <summary>Returns the faults of an invalid result.</summary>
    /// <param name="result">The result of the validation.</param>
    /// <param name="schema">The schema as the server wrote it.</param>
    public static IReadOnlyList<InstanceLocation> Of(SchemaResult result, ReadOnlySpan<byte> schema)
    {
        List<InstanceLocation> places = [];
        foreach (var error in result.Errors)
        {
            if (places.Count < Most) places.Add(new InstanceLocation(Cut(error.InstancePath, LongestPlace), error.Keyword, Words(error, schema)));
        }

        return places;
    }

    /// <summary>Creates a fault of the arguments as a whole, or one that the calling code words itself.</summary>
    public static InstanceLocation Of(string at, string keyword, string words) =>
        new(Cut(at, LongestPlace), keyword, $"{Place(at)} {Escape(words, LongestWords)} ({keyword})");

    private static string Words(SchemaError error, ReadOnlySpan<byte> schema)
    {
        var words = $"{Place(error.InstancePath)} {Escape(error.Message, LongestWords)} ({error.Keyword})";
        // Facts that the validation's message lacks: values, patterns, formats.
        return error.Keyword is "enum" or "const" or "pattern" or "format" && TryFind(schema, error.SchemaPath, out var expected)
            ? $"{words}; expected {Escape(Encoding.UTF8.GetString(expected.Of(schema)), LongestExpected)}"
            : words;
    }

    private static string Place(string at) => at.Length == 0 ? "(the arguments)" : Escape(at, LongestPlace);

    // RFC 6901. A path that leads out of this document is not found, and then nothing is reported.
    private static bool TryFind(ReadOnlySpan<byte> schema, string pointer, out ByteRange value)
    {
        value = new ByteRange(0, schema.Length);
        if (!pointer.StartsWith('/')) return false;
        foreach (var part in pointer[1..].Split('/'))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (!TryStep(schema, value, name, out value)) return false;
        }

        return true;
    }

    private static bool TryStep(ReadOnlySpan<byte> schema, ByteRange at, string name, out ByteRange value)
    {
        value = default;
        if (schema[at.Start] == (byte)'{') return JsonWalk.TryFindMember(schema, at, Encoding.UTF8.GetBytes(name), out value);
        if (schema[at.Start] != (byte)'[' || !int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return false;
        foreach (var element in JsonWalk.Elements(schema, at))
        {
            if (index-- != 0) continue;
            value = element;
            return true;
        }

        return false;
    }

    private static string Escape(string text, int longest)
    {
        var escaped = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var c in text)
        {
            if (escaped.Length >= longest) return escaped.Append("...").ToString();
            if (c is >= ' ' and <= '~') escaped.Append(c);
            else escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return escaped.ToString();
    }

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];
}
