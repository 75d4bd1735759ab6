using System.Text.RegularExpressions;
using Gatehouse.Pipeline;

namespace Gatehouse.Conventions.Tests.Pictures;

/// <summary>Pictures on pages: the pipeline is drawn from the list of stages, and every picture that a page shows exists and is small.</summary>
public sealed partial class PictureTests
{
    private const int MostBytes = 200_000;

    [Fact]
    public void Pipeline_IsDrawnFromTheListOfStages()
    {
        var questions = Markdown.Rows(Repository.Read("docs/concepts/README.md")).Where(row => row.Length > 1)
            .ToDictionary(row => Markdown.Links(row[0]).FirstOrDefault()?.Replace(".md", "", StringComparison.Ordinal) ?? row[0], row => row[1]);
        var stages = GatewayPipeline.StageNames.Select(name => (name, questions[name])).ToList();
        Repository.RequireEqual("docs/images/pipeline-light.svg", new PipelinePicture(stages, PipelinePalette.Light).Render());
        Repository.RequireEqual("docs/images/pipeline-dark.svg", new PipelinePicture(stages, PipelinePalette.Dark).Render());
    }

    [Fact]
    public void EveryPicture_ExistsIsSmallAndIsSaidInWords() => Repository.RequireNone(
        from page in Repository.Pages
        from picture in Pictures().Matches(Repository.Read(page))
        let file = picture.Groups["file"].Value
        let path = Repository.PathOf(Path.Join(Path.GetDirectoryName(page), file))
        let fault = !File.Exists(path) ? "does not exist" : new FileInfo(path).Length > MostBytes ? "is too large"
            : picture.Groups["alt"] is { Success: true, Length: < 20 } ? "has no text that says what is seen" : null
        where fault is not null
        select $"{page}: {file} {fault}");

    // HTML of this project's pages: <source … srcset="x"> and <img alt="…" src="x">.
    [GeneratedRegex("""<source [^>]*srcset="(?<file>[^"]+)"|<img (?:alt="(?<alt>[^"]*)" )?src="(?<file>[^"]+)"|!\[(?<alt>[^\]]*)\]\((?<file>[^)]+)\)""")]
    private static partial Regex Pictures();
}
