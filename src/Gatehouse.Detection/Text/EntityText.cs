using System.Globalization;
using System.Text;

namespace Gatehouse.Detection.Text;

/// <summary>Resolves character references of HTML: by number, and those names that hide letters or markup.</summary>
internal static class EntityText
{
    private const int Longest = 12;

    private static readonly Dictionary<string, int> Names = new(StringComparer.Ordinal)
    {
        ["lt"] = '<',
        ["gt"] = '>',
        ["amp"] = '&',
        ["quot"] = '"',
        ["apos"] = '\'',
        ["nbsp"] = ' ',
        ["Tab"] = '\t',
        ["NewLine"] = '\n',
        ["colon"] = ':',
        ["period"] = '.',
        ["sol"] = '/',
        ["bsol"] = '\\',
        ["lowbar"] = '_',
        ["lsqb"] = '[',
        ["rsqb"] = ']',
        ["lbrace"] = '{',
        ["rbrace"] = '}',
        ["excl"] = '!',
        ["num"] = '#',
        ["dollar"] = '$',
        ["shy"] = 0xAD,
        ["zwj"] = 0x200D,
        ["zwnj"] = 0x200C,
        ["ZeroWidthSpace"] = 0x200B,
        ["commat"] = '@',
        ["tilde"] = '~',
        ["grave"] = '`',
        ["equals"] = '=',
    };

    private static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> NamesBySpan = Names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Returns the reading, or null where nothing is encoded.</summary>
    public static TextView? Decode(TextView parent, int most)
    {
        var text = parent.Letters;
        if (!text.Contains('&')) return null;
        var view = parent.Derive(ViewKind.Entities, most);
        var changed = false;
        for (var at = 0; at < text.Length;)
        {
            at = view.CopyUntil('&', at);
            if (at == text.Length) break;
            (var rune, var length) = One(text.Slice(at, Math.Min(Longest, text.Length - at)));
            if (length == 0)
            {
                view.Copy(at++, 1);
                continue;
            }

            view.Replace(rune, at, length);
            at += length;
            changed = true;
        }

        return view.OrNothing(changed);
    }

    private static (Rune Rune, int Length) One(ReadOnlySpan<char> text)
    {
        var end = text.IndexOf(';');
        if (end < 2)
            return default;
        var name = text[1..end];
        if (name[0] != '#')
            return NamesBySpan.TryGetValue(name, out var known) ? (new Rune(known), end + 1) : default;
        name = name[1..];
        var isHexadecimal = name.Length > 0 && name[0] is 'x' or 'X';
        var parsed = uint.TryParse(isHexadecimal ? name[1..] : name, isHexadecimal
            ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var code);
        return parsed && Rune.IsValid(code) ? (new Rune(code), end + 1) : default;
    }
}
