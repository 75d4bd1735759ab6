using Gatehouse.Cli.Output;

namespace Gatehouse.Conventions.Tests;

/// <summary>Help is readable in a terminal of 80 columns, and its examples can be copied.</summary>
public sealed class HelpTextTests
{
    [Fact]
    public void Paragraph_IsOneLine_ThatTheTerminalBreaks_AndExamplesStayLines() => Assert.Equal(
        """
        Print a row. A second sentence that was broken by its author.

        Examples:
          gatehouse audit stats
          gatehouse audit gaps
        """.ReplaceLineEndings(),
        HelpText.Reflowed("Print a row. A second sentence that\nwas broken by its author.\n\nExamples:\n  gatehouse audit stats\n  gatehouse audit gaps", 80));

    [Fact]
    public void LongExample_ContinuesAsAShellReadsIt_AndAnOptionKeepsItsValue() => Assert.Equal(
        """
          gatehouse audit verify --config gatehouse.yaml \
            --key "audit key.vkey" --checkpoint kept/checkpoint
        """.ReplaceLineEndings(),
        HelpText.Reflowed("  gatehouse audit verify --config gatehouse.yaml --key \"audit key.vkey\" --checkpoint kept/checkpoint", 66));

    [Theory]
    [InlineData("Print it.", true)]
    [InlineData("Print it. The exit code is 1 where it is not there.", false)]
    [InlineData("Print it.\n\nExit codes: 0 done.", false)]
    public void ExitCodes_AreInTheHelpOfACommand_ThatNamesNone(string description, bool isAdded) =>
        Assert.Equal(isAdded, HelpText.WithExitCodes(description).EndsWith(HelpText.ExitCodes, StringComparison.Ordinal));

    [Fact]
    public void LongSummary_ContinuesUnderItsFirstLine() => Assert.Equal(
        ["  show <id>  Print every", "             field"], HelpText.Hanging("  show <id>  ", "Print every field", 24));
}
