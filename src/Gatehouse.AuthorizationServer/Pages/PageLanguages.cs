using System.Globalization;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The choice of a page's language by the header <c>Accept-Language</c> (RFC 9110 §12.5.4).</summary>
internal static class PageLanguages
{
    // Longer than browsers send. The rest of a longer header is not read: it could only name languages of less weight.
    private const int LongestHeader = 512;

    /// <summary>Returns the language of the greatest weight; of equal ones the first, and English where none is known.</summary>
    /// <param name="header">The header's value; null or empty for none.</param>
    public static PageLanguage Choose(string? header)
    {
        var (best, weight) = (PageLanguage.English, 0m);
        var read = (header ?? "").AsSpan()[..Math.Min(header?.Length ?? 0, LongestHeader)];
        foreach (var range in read.Split(','))
        {
            var (language, quality) = Read(read[range]);
            if (language is { } known && quality > weight) (best, weight) = (known, quality);
        }

        return best;
    }

    /// <summary>The language's tag (RFC 5646), for the attribute <c>lang</c>.</summary>
    public static string TagOf(PageLanguage language) => language switch
    {
        PageLanguage.German => "de",
        PageLanguage.Danish => "da",
        PageLanguage.Chinese => "zh-Hans",
        _ => "en",
    };

    private static (PageLanguage? Language, decimal Quality) Read(ReadOnlySpan<char> range)
    {
        var parameters = range.IndexOf(';');
        var tag = (parameters < 0 ? range : range[..parameters]).Trim();
        return (LanguageOf(tag), parameters < 0 ? 1 : QualityOf(range[(parameters + 1)..].Trim()));
    }

    // Only the first subtag counts: a reader of any Chinese reads these pages better in Chinese than in English.
    private static PageLanguage? LanguageOf(ReadOnlySpan<char> tag)
    {
        var end = tag.IndexOf('-');
        var primary = end < 0 ? tag : tag[..end];
        if (primary.Equals("en", StringComparison.OrdinalIgnoreCase) || primary is "*") return PageLanguage.English;
        if (primary.Equals("de", StringComparison.OrdinalIgnoreCase)) return PageLanguage.German;
        if (primary.Equals("da", StringComparison.OrdinalIgnoreCase)) return PageLanguage.Danish;
        return primary.Equals("zh", StringComparison.OrdinalIgnoreCase) ? PageLanguage.Chinese : null;
    }

    // A weight that is none makes its range count for nothing.
    private static decimal QualityOf(ReadOnlySpan<char> parameter) =>
        parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
        && decimal.TryParse(parameter[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality) && quality <= 1
            ? quality : 0;
}
