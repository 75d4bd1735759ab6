using System.Text.RegularExpressions;

namespace Gatehouse.House.Tests;

/// <summary>Every command line that a page or script shows exists, with its options.</summary>
public sealed partial class CommandTests
{
    private static readonly Dictionary<string, (HashSet<string> Verbs, HashSet<string> Options)> Commands = ReadCommands();

    [Fact]
    public void Sources_NameTheVerbs()
    {
        Assert.Contains("serve", Commands.Keys);
        Assert.Contains("revoke", Commands["session"].Verbs);
        Assert.Contains("--token-file", Commands["session"].Options);
    }

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
        if (!Commands.TryGetValue(words[0], out var command)) return $"there is no verb {words[0]}";
        if (command.Verbs.Count > 0 && (words.Length < 2 || !command.Verbs.Contains(words[1]))) return $"{words[0]} has no verb {words.ElementAtOrDefault(1)}";
        // What stands behind two dashes is another program's.
        var options = words.TakeWhile(word => word != "--").Where(word => word.StartsWith("--", StringComparison.Ordinal)).Select(word => word.TrimEnd('`', ')', '"', ',', '.'));
        return options.FirstOrDefault(option => !command.Options.Contains(option)) is { } unknown ? $"{words[0]} has no option {unknown}" : null;
    }

    // One file a verb: its commands and options stand in it as literals, or come from CommonOptions.
    private static Dictionary<string, (HashSet<string> Verbs, HashSet<string> Options)> ReadCommands()
    {
        var common = OptionForm().Matches(Repository.Read("src/Gatehouse.Cli/CommonOptions.cs")).Select(match => match.Groups[1].Value).ToList();
        var commands = new Dictionary<string, (HashSet<string>, HashSet<string>)>(StringComparer.Ordinal);
        var tree = Repository.Read("src/Gatehouse.Cli/CommandTree.cs");
        foreach (var file in Repository.Files("src/Gatehouse.Cli", "Command.cs"))
        {
            var text = string.Concat(VerbFiles(file).Where(other => other == file || !IsRoot(tree, other)).Select(Repository.Read));
            // The verbs about locks share their options, and say so.
            if (text.Contains("new LockSources()", StringComparison.Ordinal)) text += Repository.Read("src/Gatehouse.Cli/Locking/LockSources.cs");
            var noun = Path.GetFileName(file)[..^"Command.cs".Length].ToLowerInvariant();
            var names = VerbForm().Matches(text).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
            Assert.Contains(noun, names);
            names.Remove(noun);
            commands[noun] = (names, [.. OptionForm().Matches(text).Select(match => match.Groups[1].Value), .. common, "--help"]);
        }

        // Verbs of the root that stand among another command's.
        foreach (var file in Repository.Files("src/Gatehouse.Cli", "Verb.cs").Where(file => IsRoot(tree, file)))
        {
            var text = Repository.Read(file);
            if (file.EndsWith("/RangeVerb.cs", StringComparison.Ordinal)) commands.Add("range", OfTheRange());
            else if (VerbForm().Match(text) is { Success: true } name) commands.Add(name.Groups[1].Value, ([], [.. OptionForm().Matches(text).Select(match => match.Groups[1].Value), .. common, "--help"]));
        }

        return commands;
    }

    // The verb is carried out by a program of its own.
    private static (HashSet<string> Verbs, HashSet<string> Options) OfTheRange()
    {
        var text = Repository.Read("range/Gatehouse.Range.Command/RangeCommand.cs");
        return ([.. VerbForm().Matches(text).Select(match => match.Groups[1].Value)], [.. OptionForm().Matches(text).Select(match => match.Groups[1].Value), "--json", "--help"]);
    }

    private static bool IsRoot(string tree, string file) => tree.Contains($" {Path.GetFileNameWithoutExtension(file)}.Create()", StringComparison.Ordinal);

    // Verbs of a large command stand in a folder of its name, a file each; options that commands share in a class of their own.
    private static IEnumerable<string> VerbFiles(string file)
    {
        var shared = SharedForm().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value + ".cs").ToHashSet(StringComparer.Ordinal);
        return Repository.Files(file[..^"Command.cs".Length] + "Verbs", ".cs").Prepend(file)
            .Union(Repository.Files("src/Gatehouse.Cli", "Options.cs").Where(other => shared.Contains(Path.GetFileName(other))));
    }

    // At the start of a line, or after an assignment: `TOKEN=$(gatehouse token …)`.
    [GeneratedRegex(@"^\s*(?:[A-Z_]+=\$\()?(?:\./)?gatehouse ((?:[^#|)>]|(?<=\S)#)*)")]
    private static partial Regex CommandForm();

    [GeneratedRegex(@"(?:new Command|Command Create\(\) => new|Simple)\(\s*""([a-z-]+)""")]
    private static partial Regex VerbForm();

    [GeneratedRegex(@"new (\w+Options)\(\)")]
    private static partial Regex SharedForm();

    [GeneratedRegex(@"""(--[a-z-]+)""")]
    private static partial Regex OptionForm();
}
