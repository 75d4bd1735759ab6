namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>A text in every language. A language that is left out does not compile.</summary>
/// <param name="English">In English.</param>
/// <param name="German">In German.</param>
/// <param name="Danish">In Danish.</param>
/// <param name="Chinese">In Chinese.</param>
internal sealed record PageWords(string English, string German, string Danish, string Chinese)
{
    /// <summary>Returns the text in a language.</summary>
    public string In(PageLanguage language) => language switch
    {
        PageLanguage.German => German,
        PageLanguage.Danish => Danish,
        PageLanguage.Chinese => Chinese,
        _ => English,
    };
}
