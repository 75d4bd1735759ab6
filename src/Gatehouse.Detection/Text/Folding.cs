using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Gatehouse.Detection.Text;

/// <summary>
/// The reading of a character: its compatibility form without marks and case, and the Latin letter that it looks like. Own tables, because the
/// runtime normalises nothing where globalization is invariant, and because a place is needed for each character.
/// </summary>
internal static class Folding
{
    /// <summary>Room that the reading of one character needs.</summary>
    public const int Longest = 24;

    // Letters that look like Latin ones: Greek, Cyrillic, Armenian, Cherokee, Coptic and phonetic letters, small and capital.
    private const string LookAlikes =
        "аaеeоoрpсcуyхxіiјjѕsԁdԛqԝwһhӏlԍgѵvкkмmтtвbнhгrпnєe"
        + "αaοoρpνvιiκkυuχxτtηnγyωwεeβbμuϲcϳj"
        + "օoսuոnհhցgյjքpԀdաw"
        + "ⲟoⲥcⲣpⲏhⲕkⲙmⲛnⲧtⲃbⲁaⲉeⲓi"
        + "ꭰdꭱrꭲtꭺaꭻjꭼeꮃwꮇmꮋhꮞ4ꮪsꮯcꮲpꮶkꮩvꮐgꮮlꮤwꮍyꮢrᎠdᎡrᎢtᎪaᎫjᎬeᎳwᎷmᎻhᏀgᏂhᏃzᏎ4ᏔwᏕsᏙvᏚsᏞlᏟcᏢpᏦkᏤvᎥiᏒr"
        + "ɡgɩiɪiʏyʀrɴnɢgʙbʜhʟlᴀaᴄcᴅdᴇeᴊjᴋkᴍmᴏoᴘpᴛtᴜuᴠvᴡwᴢzꜱsꜰfǃ!ⅼlℓlⅰiıiɑaøođdłlħhæaœoɛeƨsƽ5";

    private static readonly Lazy<FrozenDictionary<int, string>> Table = new(Load);

    // The pairs above hold one character that is also a key; the first pairing of a character counts.
    private static readonly FrozenDictionary<char, char> Looks = Pairs();

    /// <summary>Returns whether a letter of another script looks like a Latin one.</summary>
    public static bool IsLookAlike(char letter) => letter > 0x17F && Looks.ContainsKey(char.ToLowerInvariant(letter));

    /// <summary>Writes the reading of an ASCII or other character. Empty for a character without appearance.</summary>
    public static void Fold(Rune rune, ref Span<char> target, out int count)
    {
        count = 0;
        if (rune.IsAscii)
        {
            target[count++] = (char)(rune.Value is >= 'A' and <= 'Z' ? rune.Value | 0x20 : rune.Value);
            return;
        }

        if (HiddenCharacters.HasNoAppearance(rune))
            return;
        if (Table.Value.TryGetValue(rune.Value, out var folded))
        {
            foreach (var letter in folded.AsSpan(0, Math.Min(folded.Length, target.Length)))
                target[count++] = Looks.GetValueOrDefault(letter, letter);
            return;
        }

        if (rune.IsBmp)
        {
            var lower = char.ToLowerInvariant((char)rune.Value);
            target[count++] = Looks.GetValueOrDefault(lower, lower);
            return;
        }

        count = rune.EncodeToUtf16(target);
    }

    private static FrozenDictionary<char, char> Pairs()
    {
        var pairs = new Dictionary<char, char>();
        for (var i = 0; i + 1 < LookAlikes.Length; i += 2)
        {
            if (LookAlikes[i] > 0x7F)
                pairs.TryAdd(LookAlikes[i], LookAlikes[i + 1]);
        }

        return pairs.ToFrozenDictionary();
    }

    private static FrozenDictionary<int, string> Load()
    {
        using var stream = typeof(Folding).Assembly.GetManifestResourceStream("folding.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var table = new Dictionary<int, string>();
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            var parts = line.Split(':', 3);
            var first = int.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var count = int.Parse(parts[1], CultureInfo.InvariantCulture);
            for (var i = 0; i < count; i++)
                table[first + i] = parts[2][..^1] + (char)(parts[2][^1] + i);
        }

        return table.ToFrozenDictionary();
    }
}
