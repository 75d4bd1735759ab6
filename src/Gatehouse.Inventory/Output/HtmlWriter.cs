using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Gatehouse.Inventory.Output;

/// <summary>Writes a page from interpolated strings: a literal is markup of ours, and every text in a hole is escaped.</summary>
/// <param name="shown">Makes outside text safe on a page.</param>
internal sealed class HtmlWriter(Func<string, string> shown)
{
    // A longer text is cut with the count of what is left out: one name must not push everything else off the page.
    private const int Longest = 400;

    private readonly StringBuilder page = new();

    /// <summary>Writes markup with text in its holes.</summary>
    /// <param name="markup">It was written while it was put together.</param>
    [SuppressMessage("Performance", "CA1822", Justification = "The handler gets this writer, and writes before the call.")]
    public void Write([InterpolatedStringHandlerArgument("")] in Markup markup) => _ = markup;

    /// <summary>Returns the page.</summary>
    public override string ToString() => page.ToString();

    private string Escaped(string text) => shown(Cut(text));

    private static string Cut(string text)
    {
        if (text.Length <= Longest) return text;
        var kept = char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest;
        return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, kept)}... ({text.Length - kept} more characters)");
    }

    /// <summary>Parts of an interpolated string, in order.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Markup
    {
        private readonly HtmlWriter writer;

        /// <summary>Begins; the lengths are not needed.</summary>
        public Markup(int literalLength, int holes, HtmlWriter writer)
        {
            this.writer = writer;
            writer.page.EnsureCapacity(writer.page.Length + literalLength + holes);
        }

        /// <summary>Appends markup.</summary>
        public void AppendLiteral(string markup) => writer.page.Append(markup);

        /// <summary>Appends text, escaped and cut.</summary>
        public void AppendFormatted(string text) => writer.page.Append(writer.Escaped(text));

        /// <summary>Appends a count.</summary>
        public void AppendFormatted(int count) => writer.page.Append(CultureInfo.InvariantCulture, $"{count}");

        /// <summary>Appends a part of the page that was written by another writer, or is constant.</summary>
        public void AppendFormatted(HtmlPart part) => writer.page.Append(part.Html);
    }
}
