using System.Globalization;
using System.Text;

namespace Gatehouse.Evaluation.Pictures;

/// <summary>A picture of recall against false alarms, with the thresholds of the product as points.</summary>
/// <param name="title">The title.</param>
/// <param name="curves">At most two lines.</param>
/// <param name="thresholds">The thresholds and their names, the lowest first.</param>
internal sealed class CurvePicture(string title, IReadOnlyList<RecallCurve> curves, IReadOnlyList<(double Threshold, string Name)> thresholds)
{
    /// <summary>The share of harmless texts at the left edge. A share below it, none included, is drawn at the edge.</summary>
    public const double LeastAlarms = 0.0005;

    /// <summary>The share of harmless texts at the right edge.</summary>
    public const double MostAlarms = 0.2;

    private const int Width = 860;
    private const int Height = 440;
    private const int Left = 72;
    private const int Top = 50;
    private const int PlotWidth = 480;
    private const int PlotHeight = 320;
    private const int Bottom = Top + PlotHeight;
    private const int Legend = Left + PlotWidth + 28;

    // Nearer points than this many pixels look the same.
    private const double Step = 1.5;

    private static readonly double[] Ticks = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2];
    private static readonly string[] Styles = ["first", "second"];
    private static readonly string[] Shapes = ["M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z", "M-4.5 -4.5h9v9h-9z", "M0 -6L6 4.8H-6z"];

    /// <summary>Returns the picture as SVG.</summary>
    public string Render()
    {
        var drawing = new SvgDrawing(Width, Height, title, Description());
        Axes(drawing);
        for (var at = 0; at < curves.Count; at++) Curve(drawing, curves[at], Styles[at]);
        for (var at = 0; at < curves.Count; at++) Marks(drawing, curves[at], Styles[at]);
        LegendOf(drawing);
        return drawing.End();
    }

    /// <summary>Returns the position of a share of harmless texts.</summary>
    public static double X(double alarms) => Left + (PlotWidth * Math.Log(alarms / LeastAlarms) / Math.Log(MostAlarms / LeastAlarms));

    /// <summary>Returns the position of a share of attacks.</summary>
    public static double Y(double found) => Bottom - (PlotHeight * found);

    private string Description()
    {
        var text = new StringBuilder("The share of attacks found against the share of harmless texts reported, for every threshold.");
        foreach (var curve in curves)
        {
            text.Append(CultureInfo.InvariantCulture, $" {char.ToUpperInvariant(curve.Name[0])}{curve.Name[1..]}: ")
                .AppendJoin("; ", thresholds.Select(one => $"{one.Name}, {Words(curve.At(one.Threshold))}")).Append('.');
        }

        return text.ToString();
    }

    private static string Words(CurvePoint point) => string.Create(CultureInfo.InvariantCulture,
        $"{100 * point.Found.Share:0.00} % of {point.Found.Count} attacks found, {100 * point.Alarms.Share:0.00} % of {point.Alarms.Count} harmless texts reported");

    private static void Axes(SvgDrawing drawing)
    {
        foreach (var tick in Ticks)
        {
            drawing.Line(X(tick), Top, X(tick), Bottom, "grid");
            drawing.Text(X(tick), Bottom + 18, string.Create(CultureInfo.InvariantCulture, $"{100 * tick:0.##} %"), "quiet", "middle");
        }

        for (var share = 0; share <= 100; share += 20)
        {
            drawing.Line(Left, Y(share / 100.0), Left + PlotWidth, Y(share / 100.0), share == 0 ? "axis" : "grid");
            drawing.Text(Left - 8, Y(share / 100.0) + 4, string.Create(CultureInfo.InvariantCulture, $"{share} %"), "quiet", "end");
        }

        drawing.Line(Left, Top, Left, Bottom, "axis");
        drawing.Text(Left + (PlotWidth / 2.0), Bottom + 42, "harmless texts reported (% of texts, logarithmic)", anchor: "middle");
        drawing.Upright(22, Top + (PlotHeight / 2.0), "attacks found (% of texts)");
        drawing.Add($"<clipPath id=\"plot\"><rect x=\"{Left}\" y=\"{Top}\" width=\"{PlotWidth}\" height=\"{PlotHeight}\"/></clipPath>\n");
        var shares = Enumerable.Range(0, 41).Select(at => MostAlarms * Math.Pow(LeastAlarms / MostAlarms, at / 40.0));
        drawing.Path(PathOf(shares.Select(share => (X(share), Y(share)))), "chance");
    }

    private static void Curve(SvgDrawing drawing, RecallCurve curve, string style)
    {
        // No harmless text at all has no place on a logarithmic axis; far to the left of the edge is cut off.
        var points = curve.Points.Select(point => (X(Math.Max(point.Alarms.Share, LeastAlarms / 100)), Y(point.Found.Share)));
        drawing.Path(PathOf(Thinned(points)), $"{style} line", " clip-path=\"url(#plot)\"");
    }

    private static IEnumerable<(double X, double Y)> Thinned(IEnumerable<(double X, double Y)> points)
    {
        (double X, double Y) last = (double.NegativeInfinity, 0);
        foreach (var point in points)
        {
            if (Math.Abs(point.X - last.X) + Math.Abs(point.Y - last.Y) < Step) continue;
            yield return last = point;
        }
    }

    private static string PathOf(IEnumerable<(double X, double Y)> points) =>
        "M" + string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.0} {point.Y:0.0}")));

    private void Marks(SvgDrawing drawing, RecallCurve curve, string style)
    {
        for (var at = 0; at < thresholds.Count; at++)
        {
            var point = curve.At(thresholds[at].Threshold);
            Mark(drawing, at, $"{style}{(IsAtEdge(point) ? " edge" : "")}", X(Math.Clamp(point.Alarms.Share, LeastAlarms, MostAlarms)), Y(point.Found.Share),
                $"{curve.Name}, {thresholds[at].Name}: {Words(point)}");
        }
    }

    private static bool IsAtEdge(CurvePoint point) => point.Alarms.Share < LeastAlarms;

    // The last shape is that of the highest threshold, whether there are two or three.
    private void Mark(SvgDrawing drawing, int threshold, string style, double x, double y, string words) => drawing.Add($"""
        <g class="{style}" transform="translate({x:0.0} {y:0.0})"><title>{SvgDrawing.Escaped(words)}</title><path d="{Shapes[threshold == thresholds.Count - 1 ? 2 : threshold]}"/></g>

        """);

    private void LegendOf(SvgDrawing drawing)
    {
        var y = Top + 8;
        for (var at = 0; at < curves.Count; at++)
        {
            drawing.Line(Legend, y - 4, Legend + 26, y - 4, $"{Styles[at]} line");
            drawing.Text(Legend + 34, y, curves[at].Name, "name");
            y += 18;
            var sizes = curves[at].At(double.NegativeInfinity);
            drawing.Text(Legend, y, string.Create(CultureInfo.InvariantCulture, $"{sizes.Found.Count:N0} attacks, {sizes.Alarms.Count:N0} harmless texts"), "quiet");
            y += 22;
            for (var of = 0; of < thresholds.Count; of++, y += 20) Value(drawing, curves[at].At(thresholds[of].Threshold), of, Styles[at], y);
            y += 16;
        }

        drawing.Line(Legend, y - 4, Legend + 26, y - 4, "chance");
        drawing.Text(Legend + 34, y, "chance", "quiet");
        if (curves.SelectMany(curve => thresholds.Select(one => curve.At(one.Threshold))).Any(IsAtEdge))
            drawing.Text(Legend, y + 22, "A hollow point is left of the axis.", "quiet");
    }

    private void Value(SvgDrawing drawing, CurvePoint point, int threshold, string style, int y)
    {
        drawing.Add($"""
            <path class="{style}{(IsAtEdge(point) ? " edge" : "")}" transform="translate({Legend + 6} {y - 4})" d="{Shapes[threshold == thresholds.Count - 1 ? 2 : threshold]}"/>

            """);
        drawing.Text(Legend + 18, y, thresholds[threshold].Name);
        drawing.Text(Legend + 252, y, string.Create(CultureInfo.InvariantCulture, $"{100 * point.Found.Share:0.00} % at {100 * point.Alarms.Share:0.00} %"), anchor: "end");
    }
}
