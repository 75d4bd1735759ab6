using System.CommandLine;
using Gatehouse.Cli;

namespace Gatehouse.Conventions.Tests;

/// <summary>A command line with a missing or doubled word is reported for every command and option: it neither throws nor passes.</summary>
public sealed class CommandValueTests
{
    private static readonly RootCommand Root = CommandTree.Build();

    [Fact]
    public void OptionWithoutItsValue_IsReported_BesideEachOtherOption() => Repository.RequireNone(
        from command in All(Root)
        from option in Valued(command)
        from beside in command.Options.Where(other => other != option && other.Name is not ("--help" or "--version")).Prepend(null)
        let fault = Fault(command, [.. Words(beside), option.Name])
        where fault is not null
        select fault);

    [Fact]
    public void OptionGivenTwice_IsReported() => Repository.RequireNone(
        from command in All(Root)
        from option in Valued(command).Where(static one => one.Arity.MaximumNumberOfValues == 1)
        let fault = Fault(command, [option.Name, "x", option.Name, "x"])
        where fault is not null
        select fault);

    // The sweep finds something: the tree has such options.
    [Fact]
    public void Sweep_SeesTheOptionsOfTheActs()
    {
        var grant = All(Root).Single(static one => one.Name == "grant" && one.Parents.First().Name == "approval");
        var names = grant.Options.Select(static one => one.Name);
        Assert.Superset(new HashSet<string> { "--config", "--state", "--token-file", "--shown", "--reason" }, names.ToHashSet());
    }

    private static IEnumerable<Option> Valued(Command command) => command.Options.Where(static one => one.Arity.MinimumNumberOfValues > 0);

    private static IEnumerable<string> Words(Option? option) =>
        option is null ? [] : option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) ? [option.Name] : [option.Name, "x"];

    private static string? Fault(Command command, IReadOnlyList<string> words)
    {
        var arguments = command.Arguments.Where(static one => one.Arity.MinimumNumberOfValues > 0).Select(static _ => "x");
        string[] line = [.. Path(command), .. arguments, .. words];
        try
        {
            return Root.Parse(line).Errors.Count > 0 ? null : $"{string.Join(' ', line)}: passes";
        }
        catch (InvalidOperationException fault)
        {
            return $"{string.Join(' ', line)}: {fault.Message}";
        }
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    private static IEnumerable<string> Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? [.. Path(parent), command.Name] : [];
}
