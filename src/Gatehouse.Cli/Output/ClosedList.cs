using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gatehouse.Cli.Output;

/// <summary>Options and arguments whose value is a word of a closed list, or a whole number. A wrong value is reported in one line.</summary>
internal static class ClosedList
{
    /// <summary>Lets an option take only these words, and completes them. Its type is a text.</summary>
    public static void AcceptOnly<T>(this Option<T> option, params IReadOnlyList<string> words)
    {
        option.Validators.Add(result => Check(result, option.Name, words));
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. words]);
    }

    /// <summary>Lets an argument take only these words, and completes them.</summary>
    public static void AcceptOnly(this Argument<string> argument, params IReadOnlyList<string> words)
    {
        argument.Validators.Add(result => Check(result, argument.Name, words));
        argument.CompletionSources.Clear();
        argument.CompletionSources.Add([.. words]);
    }

    /// <summary>Makes an option that takes a whole number. The library's own message names a type of the runtime.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="description">The description in the help.</param>
    /// <param name="range">The least and the greatest number; null takes any.</param>
    public static Option<int?> Number(string name, string description, (int Least, int Most)? range = null) => new(name)
    {
        Description = description,
        HelpName = "n",
        CustomParser = result =>
        {
            var isNumber = int.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out var number);
            if (isNumber && (range is not { } bounds || (number >= bounds.Least && number <= bounds.Most))) return number;
            var limits = range is { } ends ? $" from {ends.Least} to {ends.Most}" : "";
            result.AddError($"value '{result.Tokens[0].Value}' of {name} is not a whole number{limits}");
            return null;
        },
    };

    private static void Check(SymbolResult result, string name, IReadOnlyList<string> words)
    {
        if (result.Tokens.FirstOrDefault(token => !words.Contains(token.Value, StringComparer.Ordinal)) is { } wrong)
            result.AddError($"value '{wrong.Value}' of {name} is not one of {string.Join(", ", words)}");
    }
}
