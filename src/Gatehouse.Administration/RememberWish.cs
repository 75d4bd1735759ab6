using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>The later calls for which a person asks a grant to hold.</summary>
/// <param name="Folder">The folder or URI under which one value of the call may differ; null for calls with the same arguments.</param>
/// <param name="Lasts">
/// The time for which it is remembered; null takes 8 hours, or the longest time that the rule permits where that is shorter.
/// </param>
internal sealed record RememberWish(
    string? Folder = null, [property: JsonPropertyName("seconds"), JsonConverter(typeof(SecondsJson))] TimeSpan? Lasts = null)
{
    /// <summary>The word for calls with the same arguments.</summary>
    public const string ArgumentsWord = "arguments";

    /// <summary>The beginning of the words for calls in a folder.</summary>
    public const string UnderPrefix = "under:";

    /// <summary>The longest folder, in characters.</summary>
    public const int LongestFolder = 4096;

    /// <summary>The words, as a person gives them.</summary>
    internal string Words => Folder is null ? ArgumentsWord : UnderPrefix + Folder;

    /// <summary>Returns why nothing can be remembered so; null where it can.</summary>
    public ActionRefusal? Fault() =>
        Folder is { Length: 0 or > LongestFolder } || Lasts <= TimeSpan.Zero ? ActionRefusal.NoRememberWords : null;

    /// <summary>Reads the words of a person.</summary>
    /// <param name="words">The words.</param>
    /// <param name="lasts">The time; null for none.</param>
    /// <param name="wish">The wish when the result is true.</param>
    /// <returns>False for other words, a folder that is empty or too long, and a time that is not above zero.</returns>
    public static bool TryRead(string words, TimeSpan? lasts, [NotNullWhen(true)] out RememberWish? wish)
    {
        ArgumentNullException.ThrowIfNull(words);
        wish = null;
        if (words == ArgumentsWord) wish = new RememberWish(null, lasts);
        else if (words.StartsWith(UnderPrefix, StringComparison.Ordinal)) wish = new RememberWish(words[UnderPrefix.Length..], lasts);
        if (wish?.Fault() is not null) wish = null;
        return wish is not null;
    }
}
