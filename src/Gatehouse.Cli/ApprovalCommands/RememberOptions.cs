using System.CommandLine;
using System.CommandLine.Parsing;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;
using Gatehouse.Policy.Files;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary>The options that say what is remembered with a grant.</summary>
internal sealed class RememberOptions
{
    private readonly Option<string?> remember = new("--remember")
    {
        Description = "Let the answer hold for later calls too, where the rule permits it: 'arguments' for calls with the same arguments, "
            + "'under:FOLDER' also for other paths in this folder.",
        HelpName = "calls",
    };

    private readonly Option<TimeSpan?> lasts = LastsOption();

    /// <summary>Makes the option with the time for which an answer is remembered.</summary>
    public static Option<TimeSpan?> LastsOption() => new("--for")
    {
        Description = "Time for which the answer is remembered. Without it: 8h, or less where the rule permits less.",
        HelpName = "time",
        CustomParser = Read,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(remember);
        command.Add(lasts);
        command.Check(result =>
        {
            if (result.GetValue(remember) is not { } words)
            {
                if (result.GetValue(lasts) is not null) result.AddError("--for needs --remember: a grant without it is for one call");
            }
            else if (!RememberWish.TryRead(words, null, out _))
            {
                result.AddError($"'{words}' does not say what is remembered: write --remember arguments, or --remember under:/folder");
            }
        });
    }

    /// <summary>Returns what the person wants to be remembered; null for nothing.</summary>
    public RememberWish? WishOf(ParseResult parsed) =>
        parsed.GetValue(remember) is { } words && RememberWish.TryRead(words, parsed.GetValue(lasts), out var wish) ? wish : null;

    private static TimeSpan? Read(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (PolicyDurations.Read(text) is { TotalMinutes: >= 1, TotalDays: <= 365 } span) return span;
        result.AddError($"'{text}' is no time from 1m to 365d: write a whole number with its unit, for example 8h or 7d");
        return null;
    }
}
