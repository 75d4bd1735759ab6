namespace Gatehouse.Detection.Secrets;

/// <summary>A class of ASCII characters that the table of formats names.</summary>
internal sealed class CharacterClass
{
    private static readonly Dictionary<string, CharacterClass> Named = Build();

    private readonly bool[] members = new bool[128];

    private CharacterClass(string characters)
    {
        foreach (var character in characters) members[character] = true;
    }

    /// <summary>Returns the class with the name.</summary>
    /// <exception cref="FormatException">The table names a class that does not exist.</exception>
    public static CharacterClass Of(string name) => Named.TryGetValue(name, out var found) ? found : throw new FormatException($"no class {name}");

    /// <summary>Returns whether the character is in the class.</summary>
    public bool Has(char character) => character < 128 && members[character];

    private static Dictionary<string, CharacterClass> Build()
    {
        const string Digits = "0123456789", Lower = "abcdefghijklmnopqrstuvwxyz", Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const string AlphaNumeric = Digits + Lower + Upper;
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["digit"] = Digits,
            ["hex"] = Digits + "abcdef",
            ["xdigit"] = Digits + "abcdefABCDEF",
            ["lower"] = Lower,
            ["upper"] = Upper,
            ["alpha"] = Lower + Upper,
            ["base32"] = Upper + "234567",
            ["uplow"] = Digits + Upper,
            ["lownum"] = Digits + Lower,
            ["alnum"] = AlphaNumeric,
            ["word"] = AlphaNumeric + "_",
            ["url"] = AlphaNumeric + "_-",
            ["dotted"] = AlphaNumeric + "_-.",
            ["path"] = AlphaNumeric + "_-/",
            ["entra"] = AlphaNumeric + "_~.-",
            ["base64"] = AlphaNumeric + "+/",
            ["base64eq"] = AlphaNumeric + "+/=",
            ["base64pad"] = AlphaNumeric + "+/=_-",
        }.ToDictionary(pair => pair.Key, pair => new CharacterClass(pair.Value), StringComparer.Ordinal);
    }
}
