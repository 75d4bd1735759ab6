namespace Gatehouse.Analyzers.Tests;

/// <summary>Patterns and tests of characters, and the uses for which they are no check.</summary>
[Trait("Requirement", "SC-07")]
public sealed class PatternTests
{
    private const string Command = "GHA0001";
    private const string Path = "GHA0002";
    private const string Sql = "GHA0003";

    [Theory]
    [InlineData("Regex.IsMatch(name, \"^[a-z]+$\")", "")]
    [InlineData("Regex.IsMatch(name, \"^[a-z]+$\", RegexOptions.IgnoreCase)", "")]
    [InlineData("Regex.IsMatch(name, \"^[a-z]+$\", RegexOptions.Multiline)", Command + Path + Sql)]
    [InlineData("Regex.IsMatch(options: RegexOptions.Multiline, pattern: \"^[a-z]+$\", input: name)", Command + Path + Sql)]
    [InlineData("Regex.IsMatch(name, \"^[a-z]+$\", chosen)", Command + Path + Sql)]
    [InlineData("Regex.IsMatch(name, \"^(?m)[a-z]+$\")", Command + Path + Sql)]
    [InlineData("new Regex(\"^[a-z]+$\", RegexOptions.Multiline).IsMatch(name)", Command + Path + Sql)]
    [InlineData("Lines.IsMatch(name)", Command + Path + Sql)]
    [InlineData("Made().IsMatch(name)", Command + Path + Sql)]
    [InlineData("Regex.IsMatch(name, \"^(?:[a-z]|x)+$\")", "")]
    [InlineData("Regex.IsMatch(name, \"^[a-z ]+$\")", Command + Sql)]
    [InlineData("Regex.IsMatch(name, @\"^[\\w\\s-]+$\")", Command + Sql)]
    [InlineData("Regex.IsMatch(name, \"^[ -z]+$\")", Command + Path + Sql)]
    [InlineData("Regex.IsMatch(name, \"^[A-z]+$\")", Command + Path + Sql)]
    [InlineData("Regex.IsMatch(name, \"^[a-z.]+$\")", Path)]
    [InlineData("Regex.IsMatch(name, @\"^[a-z]+\\.txt$\")", "")]
    [InlineData("name.All(c => char.IsLetter(c) || c == '-')", "")]
    [InlineData("name.All(c => char.IsLetter(c) || c == ' ')", Command + Sql)]
    [InlineData("name.All(c => c is >= 'a' and <= 'z')", "")]
    [InlineData("name.All(c => c is >= ' ' and <= '~')", Command + Path + Sql)]
    public async Task Check_CountsForWhatItRulesOut(string check, string found) => Assert.Equal(found, await FindAsync($"if (!({check})) return;"));

    [Theory]
    [InlineData("name = Regex.Replace(name, \"[^a-z]\", \"\");", "")]
    [InlineData("name = Regex.Replace(name, \"[^a-z ]\", \"\");", Command + Sql)]
    [InlineData("name = Regex.Replace(name, \"[^a-z]\", \"/\", RegexOptions.None);", Command + Path + Sql)]
    [InlineData("name = new string(name.Where(c => char.IsLetter(c) || c == ' ').ToArray());", Command + Sql)]
    public async Task Removal_CountsForWhatItLeavesOut(string removal, string found) => Assert.Equal(found, await FindAsync(removal));

    private static async Task<string> FindAsync(string statement) => string.Concat((await Sources.FindAsync(Sources.Compile($$"""
        using System.Diagnostics;
        using System.Text.RegularExpressions;
        using Microsoft.Data.SqlClient;

        public static partial class Tools
        {
            private static readonly Regex Lines = new("^[a-z]+$", RegexOptions.Multiline);

            [GeneratedRegex("^[a-z]+$", RegexOptions.Multiline)]
            private static partial Regex Made();

            [McpServerTool]
            public static void Run(string name, RegexOptions chosen)
            {
                {{statement}}
                Process.Start("git", "log " + name);
                File.Delete("/data/" + name);
                new SqlCommand("select * from items order by " + name);
            }
        }
        """))).Select(found => found[..7]).Distinct());
}
