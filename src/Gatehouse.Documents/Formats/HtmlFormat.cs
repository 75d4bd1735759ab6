using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Gatehouse.Documents.Reading;

namespace Gatehouse.Documents.Formats;

/// <summary>HTML and SVG: text, what a browser does not show, comments, attributes that have words, and content in data URIs.</summary>
/// <remarks>The parser has no loader, so nothing is fetched, and no script runs.</remarks>
internal sealed class HtmlFormat : IDocumentFormat
{
    private const int Head = 1024;

    private static readonly string[] Marks = ["<!doctype html", "<html", "<head", "<body", "<svg", "<div", "<p>", "<p ", "<table", "<meta", "<span", "<a "];

    private static readonly HashSet<string> Lines = new(StringComparer.Ordinal)
    {
        "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer", "table", "ul", "ol", "pre", "blockquote",
        "title", "option", "dt", "dd", "figcaption",
    };

    public string Kind => "html";

    public bool Is(ReadOnlyMemory<byte> bytes)
    {
        if (!TextFormat.IsText(bytes.Span)) return false;
        var head = TextFormat.Decode(bytes.Span[..Math.Min(bytes.Length, Head)]).AsSpan().TrimStart("\uFEFF \t\r\n");
        if (head is not ['<', ..]) return false;
        foreach (var mark in Marks)
        {
            if (head.Contains(mark, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    public void Read(DocumentScope scope, ReadOnlyMemory<byte> bytes)
    {
        using var document = new HtmlParser().ParseDocument(TextFormat.Decode(bytes.Span));
        var (shown, hidden) = (new StringBuilder(), new StringBuilder());
        // A stack of its own: a page may nest deeper than the stack of a thread.
        Stack<(INode Node, bool IsHidden)> nodes = new([(document, false)]);
        var embedded = 0;
        while (nodes.TryPop(out var next))
        {
            scope.CheckTime();
            var (node, isHidden) = next;
            switch (node)
            {
                case IComment comment:
                    scope.Text("comment", comment.Data);
                    break;
                case IText text:
                    (isHidden ? hidden : shown).Append(text.Data);
                    break;
                case IElement element:
                    isHidden |= IsHidden(element);
                    if (Lines.Contains(element.LocalName)) (isHidden ? hidden : shown).Append('\n');
                    Attributes(scope, element, ref embedded);
                    break;
            }

            for (var at = node.ChildNodes.Length - 1; at >= 0; at--) nodes.Push((node.ChildNodes[at], isHidden));
            if (node is AngleSharp.Html.Dom.IHtmlTemplateElement template) nodes.Push((template.Content, true));
        }

        scope.Text("hidden-text", hidden.ToString());
        scope.Text("text", shown.ToString());
    }

    private static void Attributes(DocumentScope scope, IElement element, ref int embedded)
    {
        foreach (var attribute in element.Attributes)
        {
            var value = attribute.Value;
            var at = value.IndexOf(";base64,", StringComparison.OrdinalIgnoreCase);
            if (at > 0 && value.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            {
                var place = $"embedded-{++embedded}";
                var content = value[(at + ";base64,".Length)..];
                scope.Try(place, () => scope.Inner(place, Convert.FromBase64String(Uri.UnescapeDataString(content))));
            }
            else if (HasWords(attribute.Name, value))
            {
                scope.Text("attribute", value);
            }
        }
    }

    // Those with words, and not names of classes, styles and addresses of one word.
    private static bool HasWords(string name, string value) => name is not ("class" or "style" or "d" or "points" or "transform" or "viewbox")
        && (value.Contains(' ', StringComparison.Ordinal) || name is "alt" or "title" or "content" or "value" or "href" or "src");

    private static bool IsHidden(IElement element)
    {
        if (element.LocalName is "script" or "style" or "noscript" or "template" || element.HasAttribute("hidden")) return true;
        if (element.LocalName == "input" && element.GetAttribute("type") == "hidden") return true;
        if (element.GetAttribute("style") is not { } written) return false;
        var style = written.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        return style.Contains("display:none", StringComparison.Ordinal) || style.Contains("visibility:hidden", StringComparison.Ordinal)
            || style.Contains("font-size:0", StringComparison.Ordinal) || style.Contains("font-size:1px", StringComparison.Ordinal)
            || style.Contains("opacity:0", StringComparison.Ordinal) || style.Contains("color:white", StringComparison.Ordinal)
            || style.Contains("color:#fff", StringComparison.Ordinal);
    }
}
