using System.Globalization;

namespace Gatehouse.Evaluation.Pictures;

/// <summary>A picture of shares with their intervals: horizontal bars in panels beside each other, the largest first.</summary>
/// <param name="title">The title.</param>
/// <param name="axis">The title of the axis of each panel.</param>
/// <param name="panels">The panels: the title, and the bars.</param>
internal sealed class BarPicture(string title, string axis, IReadOnlyList<(string Title, IReadOnlyList<(string Name, Interval Share)> Bars)> panels)
{
    private const int Panel = 440;
    private const int Top = 84;
    private const int Row = 21;
    private const int Labels = 184;
    private const int PlotWidth = 190;
    private const int Margin = 20;

    /// <summary>Returns the picture as SVG.</summary>
    public string Render()
    {
        var rows = panels.Max(panel => panel.Bars.Count);
        var drawing = new SvgDrawing((Panel * panels.Count) + Margin, Top + (Row * rows) + 82, title, Description());
        for (var at = 0; at < panels.Count; at++) Draw(drawing, panels[at].Title, Sorted(panels[at].Bars), Margin + (Panel * at), rows);
        Legend(drawing, Top + (Row * rows) + 64);
        return drawing.End();
    }

    private static List<(string Name, Interval Share)> Sorted(IEnumerable<(string Name, Interval Share)> bars) =>
        [.. bars.OrderByDescending(bar => bar.Share.Share).ThenBy(bar => bar.Name, StringComparer.Ordinal)];

    private string Description() => string.Join(' ', panels.Select(panel =>
        $"By {panel.Title}: {string.Join("; ", Sorted(panel.Bars).Select(bar => $"{bar.Name} {Words(bar.Share)}"))}."));

    private static string Words(Interval share) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * share.Share:0.00} % ({100 * share.Low:0.00} to {100 * share.High:0.00}) of {share.Count}");

    private void Draw(SvgDrawing drawing, string name, List<(string Name, Interval Share)> bars, int left, int rows)
    {
        drawing.Text(left, Top - 24, name, "name");
        drawing.Text(left + Labels - 10, Top - 24, "texts", "quiet", "end");
        Axis(drawing, left + Labels, Top + (Row * rows));
        for (var at = 0; at < bars.Count; at++) Bar(drawing, bars[at], left, Top + (Row * at));
    }

    private void Axis(SvgDrawing drawing, int left, int bottom)
    {
        for (var share = 0; share <= 100; share += 25)
        {
            var x = left + (PlotWidth * share / 100.0);
            drawing.Line(x, Top - 8, x, bottom, share == 0 ? "axis" : "grid");
            drawing.Text(x, bottom + 16, string.Create(CultureInfo.InvariantCulture, $"{share} %"), "quiet", "middle");
        }

        drawing.Text(left + (PlotWidth / 2.0), bottom + 36, axis, anchor: "middle");
    }

    private static void Bar(SvgDrawing drawing, (string Name, Interval Share) bar, int left, int top)
    {
        var zero = left + Labels;
        var (low, high) = (zero + (PlotWidth * bar.Share.Low), zero + (PlotWidth * bar.Share.High));
        drawing.Text(left, top + 10, bar.Name);
        drawing.Text(zero - 10, top + 10, bar.Share.Count.ToString("N0", CultureInfo.InvariantCulture), "quiet", "end");
        drawing.Add($"""
            <rect class="bar" x="{zero}" y="{top - 1}" width="{PlotWidth * bar.Share.Share:0.0}" height="14"><title>{SvgDrawing.Escaped($"{bar.Name}: {Words(bar.Share)}")}</title></rect>

            """);
        drawing.Path(string.Create(CultureInfo.InvariantCulture, $"M{low:0.0} {top + 2}v8M{low:0.0} {top + 6}H{high:0.0}M{high:0.0} {top + 2}v8"), "span");
        drawing.Text(zero + PlotWidth + 50, top + 10, string.Create(CultureInfo.InvariantCulture, $"{100 * bar.Share.Share:0.0} %"), anchor: "end");
    }

    private static void Legend(SvgDrawing drawing, int y)
    {
        drawing.Add($"<rect class=\"bar\" x=\"{Margin}\" y=\"{y - 11}\" width=\"26\" height=\"14\"/>\n");
        drawing.Text(Margin + 34, y, "share of attacks found");
        drawing.Path(string.Create(CultureInfo.InvariantCulture, $"M{Margin + 200} {y - 8}v8M{Margin + 200} {y - 4}h26M{Margin + 226} {y - 8}v8"), "span");
        drawing.Text(Margin + 234, y, "95 % interval of Wilson");
    }
}
