using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Audit;

/// <summary>
/// Text that others chose, at a length that an entry can hold. Threat: a method of four million characters, each written as six
/// bytes, fills the log with a few hundred requests of a caller that has no right at all (CWE-400).
/// </summary>
public static class AuditText
{
    /// <summary>Characters of a method, a name or a verb that are kept.</summary>
    public const int MostCharacters = 256;

    /// <summary>
    /// Returns the text. A longer text becomes its beginning, an ellipsis and the SHA-256 of the whole in UTF-8. So two long texts with the same
    /// beginning are still two, and an auditor who has the text can show that it is this one.
    /// </summary>
    /// <param name="text">The text; null stays null.</param>
    /// <param name="most">Characters that are kept.</param>
    /// <returns>At most <paramref name="most"/> characters, or so many and 72 more. A result longer than <paramref name="most"/> was cut.</returns>
    public static string? Bounded(string? text, int most = MostCharacters)
    {
        if (text is null || text.Length <= most) return text;
        var end = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return string.Concat(text.AsSpan(0, end), "…sha256:", Convert.ToHexStringLower(digest));
    }
}
