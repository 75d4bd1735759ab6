using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Gatehouse.Text;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>Collects the parts of an interpolated string as markup. The compiler calls it; a hole of any other type does not compile.</summary>
/// <param name="literalLength">Length of the literals.</param>
/// <param name="holes">How many holes there are.</param>
[InterpolatedStringHandler]
internal readonly ref struct HtmlMarkup(int literalLength, int holes)
{
    // Longer than any text that is stored: the bound of a name is smaller, see Shown.
    private const int LongestText = 4096;

    private readonly StringBuilder markup = new(literalLength + 32 * holes);

    /// <summary>Appends markup of ours.</summary>
    public void AppendLiteral(string literal) => markup.Append(literal);

    /// <summary>Appends text: markup in it is text, and characters that are unseen or change the direction are visible.</summary>
    public void AppendFormatted(string text) => markup.Append(WebUtility.HtmlEncode(VisibleText.Bounded(text, LongestText)));

    /// <summary>Appends a value that a form sends back.</summary>
    public void AppendFormatted(FormValue value) => markup.Append(WebUtility.HtmlEncode(value.Text));

    /// <summary>Appends markup that was made before.</summary>
    public void AppendFormatted(HtmlPart part) => markup.Append(part.ToString());

    /// <summary>Appends a number.</summary>
    public void AppendFormatted(int number) => markup.Append(CultureInfo.InvariantCulture, $"{number}");

    /// <summary>Returns the markup.</summary>
    public override string ToString() => markup.ToString();
}
