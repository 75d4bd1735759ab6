using Gatehouse.Cli.Output;

namespace Gatehouse.Conventions.Tests;

/// <summary>Tables of commands fit into the terminal.</summary>
public sealed class ColumnsTests
{
    private static readonly IReadOnlyList<IReadOnlyList<string>> Rows =
    [
        ["apr-1qr73ve3q8", "14 min left", "tools/call \"pay_invoice\" by \"ada\" with \"desktop-7\""],
        ["def-51be93aa0c", "open", "definition \"tool/delete\""],
    ];

    [Fact]
    public void RowThatFits_IsOneLine_WithColumnsAsWideAsTheirContent() => Assert.Equal(
        [
            "ID              STATE        QUESTION",
            "apr-1qr73ve3q8  14 min left  tools/call \"pay_invoice\" by \"ada\" with \"desktop-7\"",
            "def-51be93aa0c  open         definition \"tool/delete\"",
        ],
        Columns.Lines(["ID", "STATE", "QUESTION"], Rows, 80));

    [Fact]
    public void RowThatDoesNotFit_HasItsLastColumnOnALineOfItsOwn() => Assert.Equal(
        [
            "ID              STATE",
            "    QUESTION",
            "apr-1qr73ve3q8  14 min left",
            "    tools/call \"pay_invoice\" by \"ada\" with \"desktop-7\"",
            "def-51be93aa0c  open",
            "    definition \"tool/delete\"",
        ],
        Columns.Lines(["ID", "STATE", "QUESTION"], Rows, 60));

    [Fact]
    public void LinesForAProgram_AreOneForEachRow() =>
        Assert.Equal(3, Columns.Lines(["ID", "STATE", "QUESTION"], Rows, null).Count());

    [Fact]
    public void WideLetters_TakeTwoColumns() => Assert.Equal(
        ["A     B", "漢字  x", "abcd  y"], Columns.Lines(["A", "B"], [["漢字", "x"], ["abcd", "y"]], 80));
}
