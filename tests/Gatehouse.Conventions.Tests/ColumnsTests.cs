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

    // A terminal that breaks a line within an id or a digest gives nothing that can be copied.
    [Fact]
    public void RowOfManyColumns_ContinuesOnLinesThatFit_AndNoValueIsBroken()
    {
        string[] row = ["qua-7q4kd2m9xs", "kept", "23 h", "123456", "a-server-with-a-name", "GHS9001 GHS9002 GHS9003", "tools/call \"read\""];
        Assert.Equal(
            [
                "ID              STATE  LEFT  BYTES   SERVER",
                "    FINDINGS",
                "    CALL",
                "qua-7q4kd2m9xs  kept   23 h  123456  a-server-with-a-name",
                "    GHS9001 GHS9002 GHS9003",
                "    tools/call \"read\"",
            ],
            Columns.Lines(["ID", "STATE", "LEFT", "BYTES", "SERVER", "FINDINGS", "CALL"], [row], 80));
    }

    [Fact]
    public void RemarksOfAGap_ContinueOnLinesThatFit_AndAnIdIsWhole() => Assert.Equal(
        ["  2026-11-20 08:00:00Z  3 days ago", "    01kaf5n0qz3v8m1w2x4y6z7a9b"],
        Columns.Filled(["2026-11-20 08:00:00Z", "3 days ago", "01kaf5n0qz3v8m1w2x4y6z7a9b"], 40, "  "));

    [Fact]
    public void LinesForAProgram_AreOneForEachRow() =>
        Assert.Equal(3, Columns.Lines(["ID", "STATE", "QUESTION"], Rows, null).Count());

    [Fact]
    public void WideLetters_TakeTwoColumns() => Assert.Equal(
        ["A     B", "漢字  x", "abcd  y"], Columns.Lines(["A", "B"], [["漢字", "x"], ["abcd", "y"]], 80));
}
