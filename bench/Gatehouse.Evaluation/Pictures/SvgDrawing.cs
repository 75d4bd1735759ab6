using System.Globalization;
using System.Net;
using System.Text;

namespace Gatehouse.Evaluation.Pictures;

/// <summary>
/// An SVG file in the colours of the reader's scheme, light or dark. Numbers have one decimal and the invariant culture, so the same drawing has the
/// same bytes.
/// </summary>
internal sealed class SvgDrawing
{
    // The drawing has its own background: a page may be dark where the scheme of the browser is light.
    private const string Style = """
        text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; fill: #3b4552 }
        .back { fill: #ffffff; stroke: #d5dbe1 }
        .head { font-size: 15px; font-weight: 600; fill: #1b232c }
        .name { font-weight: 600; fill: #1b232c }
        .quiet { fill: #5d6875 }
        .grid { stroke: #e1e6eb }
        .axis { stroke: #87919c }
        .chance { stroke: #87919c; stroke-dasharray: 1 4; fill: none }
        .first { stroke: #0b62c4; fill: #0b62c4 }
        .second { stroke: #b4540a; fill: #b4540a }
        .line { fill: none; stroke-width: 2.2; stroke-linejoin: round }
        .second.line { stroke-dasharray: 7 4 }
        .edge { fill: #ffffff }
        .bar { fill: #7fb0e6 }
        .span { stroke: #1b3a5f; stroke-width: 1.5; fill: none }
        @media (prefers-color-scheme: dark) {
        text { fill: #c9d2dc }
        .back { fill: #151b23; stroke: #3d4856 }
        .head, .name { fill: #eef2f6 }
        .quiet { fill: #98a4b1 }
        .grid { stroke: #2a333e }
        .axis, .chance { stroke: #7d8894 }
        .first { stroke: #74b3ff; fill: #74b3ff }
        .second { stroke: #f2a65a; fill: #f2a65a }
        .line { fill: none }
        .edge { fill: #151b23 }
        .bar { fill: #336aa6 }
        .span { stroke: #d6e6f8 }
        }
        """;

    private readonly StringBuilder svg = new();

    /// <summary>Begins a drawing.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="title">Its title, which is also drawn.</param>
    /// <param name="description">What a reader who does not see it needs to know.</param>
    public SvgDrawing(int width, int height, string title, string description)
    {
        Add($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="title about">
            <title id="title">{Escaped(title)}</title>
            <desc id="about">{Escaped(description)}</desc>
            <style>
            {Style}
            </style>
            <rect class="back" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>

            """);
        Text(20, 28, title, "head");
    }

    /// <summary>Draws text.</summary>
    /// <param name="x">The anchor.</param>
    /// <param name="y">The base line.</param>
    /// <param name="text">The text.</param>
    /// <param name="style">Its class.</param>
    /// <param name="anchor"><c>start</c>, <c>middle</c> or <c>end</c>.</param>
    public void Text(double x, double y, string text, string style = "", string anchor = "start") =>
        Add($"<text{ClassOf(style)} x=\"{x:0.0}\" y=\"{y:0.0}\" text-anchor=\"{anchor}\">{Escaped(text)}</text>\n");

    /// <summary>Draws text that is read from the bottom to the top.</summary>
    public void Upright(double x, double y, string text) =>
        Add($"<text transform=\"translate({x:0.0} {y:0.0}) rotate(-90)\" text-anchor=\"middle\">{Escaped(text)}</text>\n");

    /// <summary>Draws a straight line.</summary>
    public void Line(double fromX, double fromY, double toX, double toY, string style) =>
        Add($"<path class=\"{style}\" d=\"M{fromX:0.0} {fromY:0.0}L{toX:0.0} {toY:0.0}\"/>\n");

    /// <summary>Draws a path.</summary>
    public void Path(string path, string style, string more = "") => Add($"<path class=\"{style}\" d=\"{path}\"{more}/>\n");

    /// <summary>Adds markup as it is.</summary>
    public void Add(FormattableString markup) => svg.Append(markup.ToString(CultureInfo.InvariantCulture));

    /// <summary>Ends the drawing and returns it.</summary>
    public string End() => svg.Append("</svg>\n").ToString();

    /// <summary>Returns text as it is written in XML.</summary>
    public static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private static string ClassOf(string style) => style.Length == 0 ? "" : $" class=\"{style}\"";
}
