using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gatehouse.Cli.Output;

/// <summary>
/// Options that have no effect beside or without others. A command refuses them: a person who gave one would believe that it was heeded.
/// </summary>
internal static class OptionPairs
{
    /// <summary>Refuses options beside another one.</summary>
    /// <param name="command">The command.</param>
    /// <param name="option">The option beside which the others have no effect.</param>
    /// <param name="reason">The reason in words, for the message.</param>
    /// <param name="others">The others.</param>
    public static void Refuse(this Command command, Option option, string reason, params IReadOnlyList<Option> others) =>
        command.Validators.Add(result =>
        {
            if (!IsGiven(result, option)) return;
            foreach (var other in others.Where(other => IsGiven(result, other)))
                result.AddError($"{other.Name} cannot be combined with {option.Name}: {reason}");
        });

    /// <summary>Refuses an option without another one that it needs.</summary>
    /// <param name="command">The command.</param>
    /// <param name="option">The option.</param>
    /// <param name="needed">The other one.</param>
    public static void Need(this Command command, Option option, Option needed) => command.Validators.Add(result =>
    {
        if (IsGiven(result, option) && !IsGiven(result, needed)) result.AddError($"{option.Name} needs {needed.Name}");
    });

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };
}
