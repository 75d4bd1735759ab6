using System.Text;

namespace Gatehouse.Inventory;

/// <summary>Letters of other scripts, and digits, that look like Latin letters.</summary>
internal static class LookAlikes
{
    private const string From = "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u03bf\u03b1\u03c1\u03bd\u03b9\u03ba\u0261\u1d0f01";
    private const string To = "aeopcyxijsdqoapvikgool";

    /// <summary>The text in compatibility form with look-alike letters replaced by the Latin ones.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var letter in text.IsNormalized(NormalizationForm.FormKC) ? text : text.Normalize(NormalizationForm.FormKC))
        {
            var at = From.IndexOf(char.ToLowerInvariant(letter), StringComparison.Ordinal);
            folded.Append(at < 0 ? letter : To[at]);
        }

        return folded.ToString();
    }

    /// <summary>Whether Latin letters stand beside letters of another script that look like them.</summary>
    public static bool IsMixed(string text) =>
        text.Any(char.IsAsciiLetter) && text.Any(letter => letter > 0x7f && From.Contains(char.ToLowerInvariant(letter), StringComparison.Ordinal));
}
