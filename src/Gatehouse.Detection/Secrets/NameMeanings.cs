using System.Collections.Frozen;

namespace Gatehouse.Detection.Secrets;

/// <summary>Meanings of a word in the name of a value.</summary>
[Flags]
internal enum NameMeaning
{
    /// <summary>The word says nothing.</summary>
    None = 0,

    /// <summary>The value may be a secret.</summary>
    Secret = 1,

    /// <summary>As the last word: the value is a place, such as a path or an address.</summary>
    Place = 2,

    /// <summary>As the last word: the value is an amount.</summary>
    Amount = 4,

    /// <summary>As the first word: the value is an amount.</summary>
    Bound = 8,

    /// <summary>As the last word: the value is one of a few kinds.</summary>
    Kind = 16,

    /// <summary>As the last word: a number is no code that a person has to know, such as a port.</summary>
    Number = 32,

    /// <summary>Wherever it is in the name: for a finding, the value is no secret.</summary>
    NoFinding = 64,
}

/// <summary>
/// The one table of words in names of values, for screens and for findings about names. A word is a whole one: 'min' is no part of 'admin', nor
/// 'file' of 'profile'. The search of texts for secrets has its own (<see cref="NameWords"/>).
/// </summary>
internal static class NameMeanings
{
    private static readonly (NameMeaning Meaning, string Words)[] Rows =
    [
        (NameMeaning.Secret,
            "password passwords passwd passphrase passcode pass pwd psw token tokens secret secrets key keys apikey cookie cookies credential credentials "
            + "creds authorization authentication auth bearer dsn pat pin otp totp mfa cvv cvc jwt signature private webhook seed"),
        (NameMeaning.NoFinding, "public publishable urls paths maximum minimum limits expire expires expired expiration"),
        (NameMeaning.Place | NameMeaning.NoFinding, "url uri path file files dir directory endpoint endpoints"),
        (NameMeaning.Place, "folder"),
        (NameMeaning.Amount | NameMeaning.Bound | NameMeaning.NoFinding, "max min"),
        (NameMeaning.Amount | NameMeaning.NoFinding, "limit count budget ttl timeout expiry"),
        (NameMeaning.Amount, "size length age"),
        (NameMeaning.Kind | NameMeaning.NoFinding, "type scheme"),
        (NameMeaning.Kind, "mode method enabled level"),
        (NameMeaning.Number,
            "port ports version retries attempts workers threads connections concurrency seconds minutes hours days ms interval delay wait period depth width "
            + "height line lines page pages section rfc step steps year ticket issue decision"),
    ];

    // Words are written together too: DBPASS, adminpin.
    private static readonly string[] SecretEndings = ["pass", "pwd", "pin", "token", "secret", "passwort", "password", "apikey"];

    private static readonly FrozenDictionary<string, NameMeaning> Table = Rows
        .SelectMany(static row => row.Words.Split(' ').Select(word => KeyValuePair.Create(word, row.Meaning)))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns the meanings of a word in lower case.</summary>
    public static NameMeaning Of(string word)
    {
        var meaning = Table.GetValueOrDefault(word);
        return Array.Exists(SecretEndings, ending => word.EndsWith(ending, StringComparison.Ordinal)) ? meaning | NameMeaning.Secret : meaning;
    }

    /// <summary>Returns whether the words of a name say that the value is an amount.</summary>
    public static bool IsAmount(IReadOnlyList<string> words) =>
        Of(words[^1]).HasFlag(NameMeaning.Amount) || Of(words[0]).HasFlag(NameMeaning.Bound);
}
