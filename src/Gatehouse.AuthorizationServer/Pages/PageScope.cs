namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>A scope as a page shows it.</summary>
/// <param name="Name">The scope.</param>
/// <param name="Words">What it permits, where the configuration says it; null for the words that every scope of that name has, or none.</param>
internal sealed record PageScope(string Name, string? Words = null)
{
    /// <summary>The scope in words. One that is not known is named as it is: a guess could promise less than it permits.</summary>
    public HtmlPart Describe(Wording words)
    {
        var code = Shown.Code(Name);
        if (Words is { } said) return words.Of(PageText.RightWithWords, ("words", Shown.Name(said)), ("scope", code));
        PageText? known = Name switch
        {
            "openid" => PageText.RightOpenId,
            "profile" => PageText.RightProfile,
            "email" => PageText.RightEmail,
            "offline_access" => PageText.RightOffline,
            _ => null,
        };
        return known is { } text
            ? words.Of(PageText.RightWithWords, ("words", words[text]), ("scope", code)) : words.Of(PageText.RightUnknown, ("scope", code));
    }
}
