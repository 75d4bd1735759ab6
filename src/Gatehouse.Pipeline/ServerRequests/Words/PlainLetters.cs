using System.Collections.Frozen;
using System.Text;

namespace Gatehouse.Pipeline.ServerRequests.Words;

/// <summary>
/// The plain letter of a letter with marks, or of another form of it. It is a table, because the process runs without the data of cultures, and
/// normalization without it knows only ASCII.
/// </summary>
internal static class PlainLetters
{
    private const string Pairs =
        "àaáaâaãaäaåaāaăaąaçcćcĉcċcčcďdđdèeéeêeëeēeĕeėeęeěeĝgğgġgģgĥhħhìiíiîiïiĩiīiĭiįiıiĵjķkĺlļlľlłlñnńnņnňnòoóoôoõoöoøoōoŏoőoŕrŗrřr"
        + "śsŝsşsšsșsţtťtțtŧtùuúuûuüuũuūuŭuůuűuųuŵwýyÿyŷyźzżzžzơoưuάαέεήηίιόούυώωἀαёе";

    private static readonly FrozenDictionary<int, int> Table =
        Enumerable.Range(0, Pairs.Length / 2).ToFrozenDictionary(i => (int)Pairs[2 * i], i => (int)Pairs[(2 * i) + 1]);

    /// <summary>Returns the plain form; the rune itself if there is none. Capitals stay capitals.</summary>
    public static Rune Of(Rune rune)
    {
        if (rune.IsAscii) return rune;
        var plain = Ranged(rune.Value);
        if (plain > 0) return new Rune(plain);
        var lower = Rune.ToLowerInvariant(rune);
        var letter = Table.TryGetValue(lower.Value, out var found) ? found : Vietnamese(lower.Value);
        if (letter == 0) return rune;
        return lower == rune ? new Rune(letter) : Rune.ToUpperInvariant(new Rune(letter));
    }

    // Full-width forms, mathematical alphabets, letters in circles.
    private static int Ranged(int value) => value switch
    {
        >= 0xFF01 and <= 0xFF5E => value - 0xFEE0,
        >= 0x1D400 and <= 0x1D6A3 => Alphabet((value - 0x1D400) % 52),
        >= 0x1D7CE and <= 0x1D7FF => '0' + ((value - 0x1D7CE) % 10),
        >= 0x24B6 and <= 0x24CF => 'A' + value - 0x24B6,
        >= 0x24D0 and <= 0x24E9 => 'a' + value - 0x24D0,
        _ => 0,
    };

    private static int Alphabet(int place) => place < 26 ? 'A' + place : 'a' + place - 26;

    private static int Vietnamese(int value) => value switch
    {
        >= 0x1EA0 and <= 0x1EB7 => 'a',
        >= 0x1EB8 and <= 0x1EC7 => 'e',
        >= 0x1EC8 and <= 0x1ECB => 'i',
        >= 0x1ECC and <= 0x1EE3 => 'o',
        >= 0x1EE4 and <= 0x1EF1 => 'u',
        >= 0x1EF2 and <= 0x1EF9 => 'y',
        _ => 0,
    };
}
