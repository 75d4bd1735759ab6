using System.Globalization;
using System.Net;
using System.Text;

namespace Gatehouse.Conventions.Tests.Pictures;

/// <summary>The stages as a picture: those before the answer in rows, the answer beneath them, and the record around all.</summary>
/// <param name="stages">Name and question of each stage, in order.</param>
/// <param name="palette">The colours.</param>
internal sealed class PipelinePicture(IReadOnlyList<(string Name, string Question)> stages, PipelinePalette palette)
{
    private const string Answer = "inspect-response";
    private const string Record = "record";

    private const int PerRow = 5;
    private const int BoxWidth = 156;
    private const int BoxHeight = 98;
    private const int Gap = 18;
    private const int Side = 84;
    private const int Frame = 18;
    private const int Left = 2 + Side + 34;
    private const int Top = 2 + Frame;
    private const int LettersPerLine = 20;
    private const int RowWidth = PerRow * BoxWidth + (PerRow - 1) * Gap;
    private const int Right = Left + RowWidth + 2 * Frame;
    private const int AnswerHeight = 52;

    private readonly StringBuilder svg = new();

    private List<(string Name, string Question)> Forward => [.. stages.TakeWhile(stage => stage.Name != Answer)];

    private int Rows => (Forward.Count + PerRow - 1) / PerRow;

    private int AnswerTop => Top + Rows * (BoxHeight + Gap);

    private int Bottom => AnswerTop + AnswerHeight + 40;

    /// <summary>The picture as SVG.</summary>
    public string Render()
    {
        Begin();
        Party(2, "AI", "client");
        Party(Right + 34, "MCP", "server");
        Surround();
        for (var i = 0; i < Forward.Count; i++) Stage(i);
        Way();
        Back();
        return svg.Append("</svg>\n").ToString();
    }

    private void Begin()
    {
        var (width, height) = (Right + 34 + Side + 2, Bottom + 2);
        Add($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="title about">
            <title id="title">The pipeline of the gateway</title>
            <desc id="about">A request of the AI client passes {Escaped(string.Join(", ", Forward.Select(stage => stage.Name)))}, and reaches the MCP server. Its answer passes {Answer}. Around all of it is {Record}.</desc>
            <style>text {"{"} font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif {"}"}</style>
            <defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="{palette.Line}"/></marker></defs>

            """);
    }

    private void Party(int x, string first, string second)
    {
        Add($"""
            <rect x="{x}" y="{Top}" width="{Side}" height="{AnswerTop + AnswerHeight - Top}" rx="8" fill="{palette.Party}"/>

            """);
        var middle = (Top + AnswerTop + AnswerHeight) / 2;
        Text(x + Side / 2, middle - 4, first, 16, palette.OnParty, "700", "middle");
        Text(x + Side / 2, middle + 17, second, 16, palette.OnParty, "700", "middle");
    }

    private void Surround()
    {
        var (name, question) = stages.Single(stage => stage.Name == Record);
        Add($"""
            <rect x="{Left}" y="2" width="{RowWidth + 2 * Frame}" height="{Bottom - 2}" rx="12" fill="{palette.Frame}" stroke="{palette.Line}" stroke-dasharray="5 4"/>

            """);
        NameAndQuestion(Left + Frame, Bottom - 14, name, $"around it all: {question}");
    }

    private void Stage(int index)
    {
        var (x, y) = (BoxLeft(index), Top + index / PerRow * (BoxHeight + Gap));
        Box(x, y, BoxWidth, BoxHeight);
        Text(x + 11, y + 22, Forward[index].Name, 14, palette.Name, "700");
        var line = y + 41;
        foreach (var part in Lines(Forward[index].Question))
        {
            Text(x + 11, line, part, 12, palette.Text);
            line += 15;
        }
    }

    // From the client through each row, from the end of a row to the beginning of the next, and from the last stage to the server.
    private void Way()
    {
        var middle = Top + BoxHeight / 2;
        Arrow($"M{2 + Side + 3} {middle}H{BoxLeft(0) - 2}");
        for (var i = 1; i < Forward.Count; i++)
        {
            var y = middle + i / PerRow * (BoxHeight + Gap);
            if (i % PerRow > 0) Arrow($"M{BoxLeft(i) - Gap + 1} {y}H{BoxLeft(i) - 2}");
            else
                Arrow($"M{BoxLeft(i - 1) + BoxWidth + 1} {y - BoxHeight - Gap}h8v{BoxHeight / 2 + Gap / 2}H{Left + Frame - 9}V{y}h7");
        }

        Arrow($"M{BoxLeft(Forward.Count - 1) + BoxWidth + 1} {middle + (Rows - 1) * (BoxHeight + Gap)}H{Right + 32}");
    }

    private void Back()
    {
        var (name, question) = stages.Single(stage => stage.Name == Answer);
        var middle = AnswerTop + AnswerHeight / 2;
        Box(Left + Frame, AnswerTop, RowWidth, AnswerHeight);
        NameAndQuestion(Left + Frame + 11, middle + 5, name, question);
        Arrow($"M{Right + 33} {middle}H{Left + Frame + RowWidth + 2}");
        Arrow($"M{Left + Frame - 1} {middle}H{2 + Side + 3}");
    }

    private static int BoxLeft(int index) => Left + Frame + index % PerRow * (BoxWidth + Gap);

    private void Box(int x, int y, int width, int height) => Add($"""
        <rect x="{x}" y="{y}" width="{width}" height="{height}" rx="7" fill="{palette.Box}" stroke="{palette.Edge}"/>

        """);

    private void Arrow(FormattableString path) => Add($"""
        <path d="{FormattableString.Invariant(path)}" fill="none" stroke="{palette.Line}" stroke-width="1.6" marker-end="url(#head)"/>

        """);

    // In one element: how wide the name is depends on the fonts of the reader.
    private void NameAndQuestion(int x, int y, string name, string question) => Add($"""
        <text x="{x}" y="{y}" font-size="12" fill="{palette.Text}"><tspan font-size="14" font-weight="700" fill="{palette.Name}">{Escaped(name)}</tspan><tspan dx="10">{Escaped(question)}</tspan></text>

        """);

    private void Text(int x, int y, string text, double size, string colour, string weight = "400", string anchor = "start") => Add($"""
        <text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" fill="{colour}">{Escaped(text)}</text>

        """);

    private void Add(FormattableString markup) => svg.Append(markup.ToString(CultureInfo.InvariantCulture));

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private static List<string> Lines(string text)
    {
        List<string> lines = [""];
        foreach (var word in text.Split(' '))
        {
            if (lines[^1].Length > 0 && lines[^1].Length + 1 + word.Length > LettersPerLine) lines.Add(word);
            else lines[^1] = lines[^1].Length == 0 ? word : $"{lines[^1]} {word}";
        }

        return lines;
    }
}
