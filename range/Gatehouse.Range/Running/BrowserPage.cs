using System.Net;
using System.Text.RegularExpressions;

namespace Gatehouse.Range.Running;

/// <summary>The place at which a browser stopped: a page, or an address of a program or of a place outside the range.</summary>
/// <param name="Address">The address.</param>
/// <param name="Status">The HTTP status; 0 where nothing was sent to the address.</param>
/// <param name="Body">The page.</param>
internal sealed partial record BrowserPage(Uri Address, int Status, string Body)
{
    /// <summary>The buttons of the page's forms, as values, in their order.</summary>
    public IReadOnlyList<string> Buttons => [.. Forms().SelectMany(form => form.Buttons).Select(button => button.Value)];

    /// <summary>The text that a person reads.</summary>
    public string Text => WebUtility.HtmlDecode(Tags().Replace(Body, " "));

    /// <summary>The address to which the page takes the browser by itself.</summary>
    public Uri? Leaving => Refresh().Match(Body) is { Success: true } found ? new Uri(Address, WebUtility.HtmlDecode(found.Groups[1].Value)) : null;

    /// <summary>A parameter of the address; null when it has none.</summary>
    public string? Query(string name) => Address.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2))
        .Where(pair => pair.Length == 2 && pair[0] == name).Select(pair => Uri.UnescapeDataString(pair[1])).FirstOrDefault();

    /// <summary>The form with a button, and what is sent when it is pressed.</summary>
    public (Uri Action, IReadOnlyList<KeyValuePair<string, string>> Fields) Press(string value)
    {
        var form = Forms().First(one => one.Buttons.Any(button => button.Value == value));
        return (new Uri(Address, form.Action), [.. form.Hidden, form.Buttons.First(button => button.Value == value)]);
    }

    private IEnumerable<(string Action, List<KeyValuePair<string, string>> Hidden, List<KeyValuePair<string, string>> Buttons)> Forms()
    {
        foreach (Match form in Form().Matches(Body))
        {
            yield return (WebUtility.HtmlDecode(form.Groups[1].Value),
                [.. Input().Matches(form.Value).Select(Field)], [.. Button().Matches(form.Value).Select(Field)]);
        }
    }

    private static KeyValuePair<string, string> Field(Match match) => new(match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value));

    [GeneratedRegex("<form[^>]*action=\"([^\"]*)\".*?</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex Input();

    [GeneratedRegex("<button[^>]*name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex Button();

    [GeneratedRegex("content=\"0; url=([^\"]*)\"")]
    private static partial Regex Refresh();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();
}
