using System.CommandLine;
using System.Text.RegularExpressions;
using Gatehouse.Cli;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Conventions.Tests;

/// <summary>Every command line that a page or script shows exists, with its options.</summary>
public sealed partial class CommandTests
{
    private static readonly RootCommand Root = CommandTree.Build();

    // `gatehouse range` passes its words on to this program.
    private static readonly Command Range = Gatehouse.Range.Cli.RangeCommand.Create();

    [Fact]
    public void Tree_HasTheCommandsThatPagesShow()
    {
        Assert.Null(Fault("gatehouse session revoke --token-file admin.token"));
        Assert.Equal("there is no command nonsense", Fault("gatehouse nonsense"));
        Assert.Equal("session has no option --nonsense", Fault("gatehouse session revoke --nonsense"));
    }

    // A person whose file needs --dev learns from the fault which commands take it.
    [Fact]
    public void FaultAboutAMissingIssuer_NamesEveryCommandThatTakesDev()
    {
        var file = Path.Join(Path.GetTempPath(), $"gatehouse-dev-{Guid.NewGuid():N}.yaml");
        File.WriteAllText(file, "version: 1\npublicUrl: http://127.0.0.1:1\nservers:\n  t: { url: \"http://127.0.0.1:2/mcp\" }\n");
        var faults = ConfigurationLoader.Load(new ConfigurationRequest { Path = file }).Faults;
        File.Delete(file);
        var remedy = Assert.Single(faults, static fault => fault.Message.StartsWith("there is no issuer", StringComparison.Ordinal)).Remedy;
        Repository.RequireNone(
            from path in PathsOf(Root, "")
            where path.Command.Options.Any(static option => option.Name == "--dev")
            let first = path.Name.Split(' ')[0]
            where !remedy.Contains($"'{path.Name}'", StringComparison.Ordinal) && !remedy.Contains($"'{first}'", StringComparison.Ordinal)
            select $"the remedy does not name {path.Name}");
    }

    private static IEnumerable<(string Name, Command Command)> PathsOf(Command command, string name) => command.Subcommands
        .SelectMany(one => PathsOf(one, $"{name} {one.Name}".Trim())).Append((name, command));

    // The program builds only the command of its first word.
    [Fact]
    public void EveryFirstWord_BuildsOnlyItsCommand()
    {
        Assert.Equal(Root.Subcommands.Select(static one => one.Name), CommandTree.Words);
        Assert.Distinct(CommandTree.Words);
        Assert.All(Root.Subcommands, static one => Assert.Empty(one.Aliases));
        Assert.All(CommandTree.Words, static word =>
        {
            var alone = Assert.Single(CommandTree.For([word, "--help"]).Subcommands);
            Assert.Equal(Shape(Root.Subcommands.Single(one => one.Name == word)), Shape(alone));
        });
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("serv")]
    [InlineData("[suggest:12]", "gatehouse se")]
    public void LineWithoutACommand_HasAll(params string[] words) =>
        Assert.Equal(CommandTree.Words, CommandTree.For(words).Subcommands.Select(static one => one.Name));

    private static string Shape(Command command) => string.Join(' ', [
        command.Name, command.Hidden ? "hidden" : "", .. OptionsOf(command), .. command.Arguments.Select(static one => one.Name),
        .. command.Subcommands.Select(one => $"({Shape(one)})"),
    ]);

    [Fact]
    public void EveryCommandShown_Exists() => Repository.RequireNone(
        from page in Repository.Pages.Append("demo")
        from line in CommandLines(page)
        let fault = Fault(line)
        where fault is not null
        select $"{page}: {line.Trim()}: {fault}");

    private static IEnumerable<string> CommandLines(string page)
    {
        var text = Repository.Read(page);
        if (!page.EndsWith(".md", StringComparison.Ordinal))
        {
            const string variable = "\"$gatehouse\" ";
            return text.Split('\n').Where(line => line.Contains(variable, StringComparison.Ordinal))
                .Select(line => "gatehouse " + line[(line.IndexOf(variable, StringComparison.Ordinal) + variable.Length)..]);
        }

        var blocks = Markdown.Blocks(text).Where(block => block.Language.Length == 0).SelectMany(block => block.Text.Split('\n'));
        return Markdown.Code(text).Concat(blocks).Where(line => CommandForm().IsMatch(line));
    }

    private static string? Fault(string line)
    {
        var words = CommandForm().Match(line).Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return null;
        if (Find(Root, words[0]) is not { } first) return $"there is no command {words[0]}";
        if (first.Name == "range") first = Range;
        HashSet<string> options = [.. OptionsOf(Root), .. OptionsOf(first)];
        var command = first;
        foreach (var word in words.Skip(1))
        {
            if (Find(command, word) is not { } next) break;
            options.UnionWith(OptionsOf(command = next));
        }

        if (command.Subcommands.Count > 0 && command.Arguments.Count == 0 && words.ElementAtOrDefault(1) is { } other && !other.StartsWith('-'))
            return $"{words[0]} has no command {other}";
        // Another program's words follow two dashes.
        var shown = words.TakeWhile(word => word != "--").Where(word => word.StartsWith("--", StringComparison.Ordinal))
            .Select(word => word.TrimEnd('`', ')', '"', ',', '.').Split('=')[0]);
        return shown.FirstOrDefault(option => !options.Contains(option)) is { } unknown ? $"{words[0]} has no option {unknown}" : null;
    }

    private static Command? Find(Command parent, string word) =>
        parent.Subcommands.FirstOrDefault(command => command.Name == word || command.Aliases.Contains(word));

    private static IEnumerable<string> OptionsOf(Command command) => command.Options.SelectMany(option => option.Aliases.Append(option.Name));

    // At the start of a line, or after an assignment: `TOKEN=$(gatehouse token …)`.
    [GeneratedRegex(@"^\s*(?:[A-Z_]+=\$\()?(?:\./)?gatehouse ((?:[^#|)>]|(?<=\S)#)*)")]
    private static partial Regex CommandForm();
}
