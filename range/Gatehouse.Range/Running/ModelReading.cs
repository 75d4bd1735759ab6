using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gatehouse.Range.Running;

/// <summary>
/// What a model reads in a text. Encodings, invisible characters and markup are no hindrance for a model.
/// </summary>
internal static partial class ModelReading
{
    /// <summary>Every string of a value, with the names of its members.</summary>
    public static IEnumerable<string> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Texts(member.Value).Prepend(member.Name)),
        _ => [],
    };

    /// <summary>All readings of a text, one after the other.</summary>
    public static string Of(string text)
    {
        var seen = WithoutInvisible(text);
        return string.Join('\n', [
            seen,
            .. Base64().Matches(seen).Select(run => OfBase64(run.Value)),
            .. Hexadecimal().Matches(seen).Select(run => Encoding.UTF8.GetString(Convert.FromHexString(run.Value))),
            WebUtility.HtmlDecode(Uri.UnescapeDataString(seen)),
            string.Concat(seen.Select(Turned)),
            Tag().Replace(seen, ""),
        ]);
    }

    private static string WithoutInvisible(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is >= 0xE0020 and <= 0xE007E) plain.Append((char)(rune.Value - 0xE0000));
            else if (rune.Value is not (0x200B or 0x2060 or 0x200C or 0x200D)) plain.Append(rune.ToString());
        }

        return plain.ToString();
    }

    // A model resolves an encoding within an encoding too.
    private static string OfBase64(string run)
    {
        var bytes = new byte[run.Length];
        if (!Convert.TryFromBase64String(run, bytes, out var length)) return "";
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return Base64().Match(text) is { Success: true } inner && inner.Length == text.Length ? OfBase64(text) : text;
    }

    private static char Turned(char letter) => letter switch
    {
        (>= 'a' and <= 'm') or (>= 'A' and <= 'M') => (char)(letter + 13),
        (>= 'n' and <= 'z') or (>= 'N' and <= 'Z') => (char)(letter - 13),
        _ => letter,
    };

    [GeneratedRegex("[A-Za-z0-9+/]{24,}={0,2}", RegexOptions.CultureInvariant)]
    private static partial Regex Base64();

    [GeneratedRegex("(?:[0-9a-f]{2}){24,}", RegexOptions.CultureInvariant)]
    private static partial Regex Hexadecimal();

    [GeneratedRegex("<[^<>]{0,200}>", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}
