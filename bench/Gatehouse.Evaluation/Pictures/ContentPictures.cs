namespace Gatehouse.Evaluation.Pictures;

/// <summary>The pictures of <c>bench/evaluate content</c>.</summary>
internal static class ContentPictures
{
    /// <summary>The folder of the pictures, beside the page.</summary>
    public const string Folder = "content-detection";

    private const string Inside = "authors left out";
    private const string Outside = "other sources";

    private static readonly (double, string)[] OfMessages = [(1, "low"), (2, "medium"), (3, "high")];
    private static readonly (double, string)[] OfDefinitions = [(1, "any finding"), (3, "hard")];

    /// <summary>Returns the pictures: name of the file, and SVG.</summary>
    /// <param name="rows">The judged texts.</param>
    public static IEnumerable<(string File, string Svg)> Of(IReadOnlyList<DetectionRow> rows)
    {
        foreach (var head in (string[])["definitions", "results", "prompts"]) yield return ($"{head}.svg", CurvesOf(head, [.. rows.Where(row => row.Head == head)]));
        yield return ("groups.svg", GroupsOf([.. rows.Where(row => row is { IsOutside: false, IsAttack: true })]));
    }

    /// <summary>Returns the line of a page that shows the picture under a heading; null for a heading without one.</summary>
    /// <param name="heading">The heading of the page.</param>
    public static string? Under(string heading) => heading switch
    {
        "Definitions" => Image("definitions", "Definitions: attacks found against harmless texts reported, with any finding and the hard ones as points"),
        "Results" => Image("results", "Results and arguments: attacks found against harmless texts reported, with low, medium and high as points"),
        "Prompts" => Image("prompts", "Prompts: attacks found against harmless texts reported, with low, medium and high as points"),
        "By kind of attack" => Image("groups", "Attacks found at the threshold low by language and by kind of attack, with 95 % intervals"),
        _ => null,
    };

    private static string Image(string name, string words) => $"![{words}]({Folder}/{name}.svg)";

    // Other sources have no attacks on definitions; their harmless ones are set against the attacks of authors left out.
    private static string CurvesOf(string head, List<DetectionRow> rows)
    {
        var isDefinitions = head == "definitions";
        var curves = new[]
        {
            new RecallCurve(Inside, Some(rows, isOutside: false, isAttack: true), Some(rows, isOutside: false, isAttack: false)),
            new RecallCurve(isDefinitions ? "the same attacks, real definitions" : Outside,
                Some(rows, isOutside: !isDefinitions, isAttack: true), Some(rows, isOutside: true, isAttack: false)),
        };
        var name = head == "results" ? "Results and arguments" : char.ToUpperInvariant(head[0]) + head[1..];
        return new CurvePicture($"{name}: attacks found against harmless texts reported", [.. curves.Where(curve => curve.IsDrawn)],
            isDefinitions ? OfDefinitions : OfMessages).Render();
    }

    private static IEnumerable<DetectionRow> Some(List<DetectionRow> rows, bool isOutside, bool isAttack) =>
        rows.Where(row => row.IsOutside == isOutside && row.IsAttack == isAttack);

    private static string GroupsOf(List<DetectionRow> attacks) => new BarPicture("Attacks found by language and kind, at the threshold low, authors left out",
        "attacks found (% of texts)", [("language", Bars(attacks, row => row.Language)), ("kind of attack", Bars(attacks, row => row.Kind))]).Render();

    private static IReadOnlyList<(string, Interval)> Bars(List<DetectionRow> attacks, Func<DetectionRow, string> by) =>
        [.. attacks.GroupBy(by).Select(group => (group.Key, new Interval(group.Count(row => row.Level >= 1), group.Count())))];
}
