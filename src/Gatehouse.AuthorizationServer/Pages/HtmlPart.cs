using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>
/// Markup. It is made of interpolated strings only, whose literals are ours and whose holes are escaped: a text from outside cannot become markup,
/// because no method takes a string as markup (CWE-79, MCP row C03).
/// </summary>
internal readonly partial record struct HtmlPart
{
    private readonly string? html;

    private HtmlPart(string html) => this.html = html;

    /// <summary>No markup.</summary>
    public static HtmlPart Empty => default;

    /// <summary>True when there is no markup.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(html);

    /// <summary>Makes markup of an interpolated string.</summary>
    /// <param name="markup">Literals are markup; texts in holes are escaped.</param>
    public static HtmlPart Of(HtmlMarkup markup) => new(markup.ToString());

    /// <summary>Joins parts.</summary>
    public static HtmlPart Join(IEnumerable<HtmlPart> parts) => new(string.Concat(parts.Select(part => part.html)));

    /// <summary>Fills a sentence of the table of texts: its own words are escaped, its placeholders become parts.</summary>
    /// <param name="sentence">The sentence, with placeholders such as <c>{name}</c>.</param>
    /// <param name="parts">A part for each placeholder.</param>
    /// <exception cref="ArgumentException">A placeholder has no part.</exception>
    public static HtmlPart Fill(string sentence, params ReadOnlySpan<(string Name, HtmlPart Part)> parts)
    {
        var filled = new StringBuilder(sentence.Length * 2);
        var at = 0;
        foreach (var hole in Placeholder().EnumerateMatches(sentence))
        {
            filled.Append(WebUtility.HtmlEncode(sentence[at..hole.Index]));
            filled.Append(Find(sentence.AsSpan(hole.Index + 1, hole.Length - 2), parts).html);
            at = hole.Index + hole.Length;
        }

        return new HtmlPart(filled.Append(WebUtility.HtmlEncode(sentence[at..])).ToString());
    }

    /// <summary>Returns the markup.</summary>
    public override string ToString() => html ?? "";

    /// <summary>The form of a placeholder.</summary>
    [GeneratedRegex("[{][a-z]+[}]")]
    internal static partial Regex Placeholder();

    private static HtmlPart Find(ReadOnlySpan<char> name, ReadOnlySpan<(string Name, HtmlPart Part)> parts)
    {
        foreach (var (other, part) in parts)
        {
            if (name.SequenceEqual(other)) return part;
        }

        throw new ArgumentException($"The placeholder {name} has no part.", nameof(parts));
    }
}
