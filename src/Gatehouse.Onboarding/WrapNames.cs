using System.Text;

namespace Gatehouse.Onboarding;

/// <summary>
/// Names for the wrapper: letters, digits, dashes and underscores, beginning with a letter, whatever an entry is called. Servers that are started in
/// the same way share a name. Other servers have different ones, so that no approval of one holds for another.
/// </summary>
internal sealed class WrapNames
{
    /// <summary>Longest name.</summary>
    public const int Longest = 63;

    private readonly Dictionary<string, string> ways = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Keeps a name that is in use.</summary>
    public void Keep(string name, string way) => ways.TryAdd(name, way);

    /// <summary>Returns a name for an entry.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="way">The full start command as one text.</param>
    public string For(string name, string way)
    {
        var plain = Plain(name);
        for (var number = 1; ; number++)
        {
            var tried = number == 1 ? plain : $"{plain[..Math.Min(plain.Length, Longest - 8)]}-{number}";
            if (ways.TryAdd(tried, way) || ways[tried] == way) return tried;
        }
    }

    /// <summary>Returns the name in letters that are safe in every place it gets to.</summary>
    public static string Plain(string name)
    {
        var plain = new StringBuilder();
        foreach (var letter in name)
        {
            var isSafe = char.IsAsciiLetter(letter) || (plain.Length > 0 && (char.IsAsciiDigit(letter) || letter is '_' or '-'));
            if (isSafe) plain.Append(letter);
            else if (plain.Length > 0 && plain[^1] != '-') plain.Append('-');
            if (plain.Length == Longest) break;
        }

        var text = plain.ToString().TrimEnd('-');
        return text.Length == 0 ? "server" : text;
    }
}
