using System.Net;
using System.Text.RegularExpressions;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>An answer to the pretend browser.</summary>
internal sealed record PretendAnswer(int Status, string Location, string Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The query of the address to which the browser is sent.</summary>
    public static IReadOnlyDictionary<string, string> QueryOf(string address) => new Uri(address).Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);

    /// <summary>The address to which the page takes the browser by itself.</summary>
    public string Leaving => Attribute("content=\"0; url=([^\"]*)\"");

    /// <summary>The link with which the person takes an error to the client.</summary>
    public string Back => Attribute("<a class=\"plain\" href=\"([^\"]*)\" rel=\"noreferrer\">");

    /// <summary>Returns the value of a hidden field of the page.</summary>
    public string Hidden(string name) => Attribute($"<input[^>]*name=\"{name}\"[^>]*value=\"([^\"]*)\"");

    private string Attribute(string pattern)
    {
        var match = Regex.Match(Body, pattern);
        return match.Success ? WebUtility.HtmlDecode(match.Groups[1].Value) : throw new InvalidOperationException($"no {pattern} in {Body}");
    }
}
