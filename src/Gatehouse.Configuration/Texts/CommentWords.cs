using System.Text.RegularExpressions;
using Gatehouse.Configuration.Keys;
using Gatehouse.Detection.Secrets;

namespace Gatehouse.Configuration.Texts;

/// <summary>
/// Words that a comment about a secret may show. A password may be a word of a language, so the list has words that connect others, verbs and words
/// of this field, and no word that a person would choose. A password that is one of them nevertheless is shown.
/// </summary>
internal static partial class CommentWords
{
    private static readonly HashSet<string> Harmless = SetOf(
        "a an and are as at be been but by can cannot could do does each either else every few for from had has have here how if in instead into is it its "
        + "less many may more most must neither never no nor not of off on one only onto or other others out over own per same shall should so some still such than "
        + "that the their them then there these they this those through to too under until up upon via was we were what when where whether which while who "
        + "whose why will with within without would yet you your after again against all already also although always another any because before below "
        + "between both during ever except first second third last next since two three "
        + "accept accepted accepts ask asked asks begin begins belongs call called calls change changed changes check checked checks come comes contain "
        + "contains copied copy create created creates describe described end ended ends expire expired expires find found get gets give given gives go goes "
        + "keep keeps kept know known made make makes mean means need needed needs put read reads refuse refused refuses remove removed removes replace "
        + "replaced replaces require required requires rotate rotated rotates see seen send sends sent set sets show shown shows sign signed signs start "
        + "started starts stop stopped store stored stores take taken takes tell use used uses using valid validate validated validates want wants write "
        + "writes written "
        + "comment configuration current environment example former line lines name named names new old optional page previous reference required section "
        + "sentence setting settings time todo value values variable variables");

    // Words in the name of a secret: client secret, API_KEY, refreshToken.
    private static readonly HashSet<string> OfNames = SetOf(
        "password passwords passwd passphrase passcode pass pwd token tokens secret secrets key keys apikey cookie cookies credential credentials creds "
        + "authorization authentication auth bearer pin otp totp mfa jwt signature private public webhook api access refresh client session signing");

    private static readonly HashSet<string> Keys = [.. KeysIn(KeyNode.Root)];

    /// <summary>Returns whether a word is none that a person would choose as a password.</summary>
    public static bool IsHarmless(string word) => Harmless.Contains(word);

    /// <summary>Returns whether a text is the name of a secret and nothing else. In <c>hunter-password</c> the rest may be the password.</summary>
    public static bool IsNameOfSecret(string text) => Joined().IsMatch(text) && SecretNames.WordsOf(text).All(OfNames.Contains);

    /// <summary>Returns whether a text is a key of the configuration, a harmless word, or the name of a secret.</summary>
    public static bool IsKnownName(string text) => Keys.Contains(text) || IsHarmless(text) || IsNameOfSecret(text);

    private static HashSet<string> SetOf(string words) => new(words.Split(' '), StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> KeysIn(KeyNode node) => node.Children.SelectMany(child => KeysIn(child).Prepend(child.Key.Name));

    [GeneratedRegex(@"^[A-Za-z]+(?:[_\-/][A-Za-z]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Joined();
}
