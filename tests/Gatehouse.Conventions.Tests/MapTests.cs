using Gatehouse.Pipeline;

namespace Gatehouse.Conventions.Tests;

public sealed class MapTests
{
    private static readonly string Map = Repository.Read("MAP.md");

    [Fact]
    public void EveryPath_Exists() => Repository.RequireNone(
        Markdown.Code(Map).Where(path => path != "–" && !Repository.Exists(path)).Select(path => $"MAP.md names {path}, which does not exist"));

    /// <summary>A newcomer reads the whole map. A row that joins it takes the place of another.</summary>
    [Fact]
    public void Map_HasAtMostFortyRowsWithFourCells()
    {
        var rows = Markdown.Rows(Map).Where(row => row[0] != "concept").ToList();
        Assert.InRange(rows.Count, 1, 40);
        Assert.All(rows, row => Assert.Equal(4, row.Length));
    }

    [Fact]
    public void EveryStage_IsListedInOrderWithItsPage()
    {
        var rows = Markdown.Rows(Map).Where(row => GatewayPipeline.StageNames.Contains(row[0])).ToList();
        Assert.Equal(GatewayPipeline.StageNames, rows.Select(row => row[0]));
        Assert.All(rows, row => Assert.Equal($"`docs/concepts/{row[0]}.md`", row[2]));
    }

    [Fact]
    public void EveryStage_HasAPageWithItsNameAndARowInTheList()
    {
        var list = Markdown.Links(Repository.Read("docs/concepts/README.md")).ToList();
        foreach (var stage in GatewayPipeline.StageNames)
        {
            Assert.StartsWith($"# {stage}\n", Repository.Read($"docs/concepts/{stage}.md"), StringComparison.Ordinal);
            Assert.Contains($"{stage}.md", list);
        }
    }
}
