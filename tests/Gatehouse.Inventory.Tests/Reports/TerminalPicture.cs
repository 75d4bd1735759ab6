using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Inventory.Tests.Reports;

/// <summary>Output with colours as a picture of a terminal: lines are wrapped between words, and each run of text is as wide as its cells.</summary>
internal static partial class TerminalPicture
{
    private const int Columns = 118;
    private const double Cell = 7.8;
    private const int LineHeight = 19;
    private const int Margin = 18;
    private const int Bar = 34;

    /// <summary>The picture as SVG.</summary>
    /// <param name="command">The command at the prompt.</param>
    /// <param name="output">What it printed.</param>
    public static string Of(string command, string output)
    {
        var lines = Lines($"\u001b[32m$\u001b[0m \u001b[1m{command}\u001b[0m\n{output.TrimEnd('\n')}");
        var (width, height) = (2 * Margin + Columns * Cell, Bar + lines.Count * LineHeight + Margin);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:0.#} {height}" width="{width:0.#}" height="{height}" role="img" aria-labelledby="title">
            <title id="title">A terminal after {WebUtility.HtmlEncode(command)}</title>
            <style>
            text {"{"} font: 13px ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-variant-ligatures: none; white-space: pre; fill: #d6dde6 {"}"}
            .b {"{"} font-weight: 700; fill: #fff {"}"} .c31 {"{"} fill: #ff8a80 {"}"} .b.c31 {"{"} fill: #ff6a63 {"}"} .c32 {"{"} fill: #72d18f {"}"}
            .c33 {"{"} fill: #e6c04d {"}"} .c36 {"{"} fill: #6fd3e0 {"}"} .c2 {"{"} fill: #9aa5b1 {"}"}
            </style>
            <rect width="100%" height="100%" rx="9" fill="#0d1117"/>
            <path d="M0 {Bar - 6}V9a9 9 0 0 1 9-9H{width - 9:0.#}a9 9 0 0 1 9 9V{Bar - 6}z" fill="#1f2630"/>
            <circle cx="18" cy="14" r="5" fill="#56606c"/><circle cx="35" cy="14" r="5" fill="#56606c"/><circle cx="52" cy="14" r="5" fill="#56606c"/>

            """);
        for (var line = 0; line < lines.Count; line++)
            foreach (var run in lines[line]) Run(svg, run, Bar + 14 + line * LineHeight);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Run(StringBuilder svg, (int Column, string Text, string Style) run, int y)
    {
        var text = run.Text.TrimEnd();
        var blanks = text.Length - text.TrimStart().Length;
        text = text.TrimStart();
        if (text.Length == 0) return;
        var style = run.Style.Length == 0 ? "" : $" class=\"{run.Style}\"";
        svg.Append(CultureInfo.InvariantCulture,
            $"<text{style} x=\"{Margin + (run.Column + blanks) * Cell:0.#}\" y=\"{y}\" textLength=\"{text.Length * Cell:0.#}\">{WebUtility.HtmlEncode(text)}</text>\n");
    }

    // Runs of one style by line.
    private static List<List<(int Column, string Text, string Style)>> Lines(string output)
    {
        List<List<(int, string, string)>> lines = [[]];
        var (column, style) = (0, "");
        foreach (Match part in Parts().Matches(output))
        {
            if (part.Groups[1].Success) style = StyleOf(part.Groups[1].Value);
            else if (part.Value == "\n") NewLine();
            else
            {
                for (var text = part.Value; text.Length > 0;)
                {
                    var piece = Piece(text, Columns - column);
                    if (piece.Length == 0) NewLine();
                    if (piece.Length == 0) continue;
                    lines[^1].Add((column, piece, style));
                    column += piece.Length;
                    text = text[piece.Length..];
                }
            }
        }

        return lines;

        void NewLine()
        {
            lines.Add([]);
            column = 0;
        }
    }

    // Words stay whole, but for one that is longer than a line.
    private static string Piece(string text, int room)
    {
        if (text.Length <= room || room == 0) return text[..Math.Min(text.Length, room)];
        var words = text[..(text.LastIndexOf(' ', room - 1, room) + 1)];
        return words.Length == 0 && room == Columns ? text[..room] : words;
    }

    private static string StyleOf(string codes) => string.Join(' ', codes.Split(';').Where(code => code != "0").Select(code => code == "1" ? "b" : $"c{code}"));

    [GeneratedRegex("\u001b\\[([0-9;]*)m|\n|[^\u001b\n]+")]
    private static partial Regex Parts();
}
