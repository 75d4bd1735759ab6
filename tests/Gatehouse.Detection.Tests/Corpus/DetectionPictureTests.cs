using System.Text.RegularExpressions;
using System.Xml.Linq;
using Gatehouse.Corpus;

namespace Gatehouse.Detection.Tests.Corpus;

/// <summary>The pictures beside the page of figures show what the page says.</summary>
public sealed partial class DetectionPictureTests
{
    private static readonly string Results = Path.Join(CorpusReader.FindFolder(), "../bench/results");

    [Theory]
    [InlineData("definitions")]
    [InlineData("results")]
    [InlineData("prompts")]
    public void PointsOfACurve_AreFiguresOfThePage(string name)
    {
        var page = File.ReadAllText(Path.Join(Results, "content-detection.md"));
        Assert.Contains($"](content-detection/{name}.svg)", page, StringComparison.Ordinal);
        var words = Picture(name).Element("{http://www.w3.org/2000/svg}desc")!.Value;
        var figures = Figure().Matches(words);
        Assert.InRange(figures.Count, 6, int.MaxValue);
        foreach (Match figure in figures)
            Assert.Contains($" of {figure.Groups[2].Value}: {figure.Groups[1].Value} %", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("definitions")]
    [InlineData("results")]
    [InlineData("prompts")]
    [InlineData("groups")]
    public void APicture_HasATitleAndADescription_AndFetchesNothing(string name)
    {
        var picture = Picture(name);
        Assert.False(string.IsNullOrWhiteSpace(picture.Element("{http://www.w3.org/2000/svg}title")?.Value));
        Assert.False(string.IsNullOrWhiteSpace(picture.Element("{http://www.w3.org/2000/svg}desc")?.Value));
        Assert.DoesNotContain(picture.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName is "href" or "src");
        Assert.DoesNotContain(picture.Descendants(), element => element.Name.LocalName is "script" or "foreignObject");
    }

    private static XElement Picture(string name) => XDocument.Load(Path.Join(Results, "content-detection", name + ".svg")).Root!;

    [GeneratedRegex(@"([\d.]+) % of (\d+) (?:attacks|harmless)", RegexOptions.CultureInvariant)]
    private static partial Regex Figure();
}
