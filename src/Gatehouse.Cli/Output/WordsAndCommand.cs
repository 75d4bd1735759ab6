using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gatehouse.Cli.Output;

/// <summary>
/// An argument of which the words after '--' are the command of a server. The library puts every other word that it does not know into it too, such
/// as a misspelled option.
/// </summary>
/// <param name="name">The argument's name.</param>
/// <param name="takesWords">True when words before '--' have a meaning of their own.</param>
internal sealed class WordsAndCommand(string name, bool takesWords) : Argument<string[]>(name)
{
    /// <summary>Returns the words after '--'. Words before it belong to the verb.</summary>
    /// <param name="parsed">The command line.</param>
    public static string[] Command(ParseResult parsed) =>
        [.. parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Select(token => token.Value)];

    /// <summary>Returns the first word that has no meaning for the verb; null when all have one.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="owner">The command that has this argument: the verb, or a parent of it. The words after '--' are the verb's.</param>
    public string? Unknown(ParseResult parsed, Command owner) => (parsed.GetResult(this)?.Tokens ?? [])
        .SkipLast(parsed.CommandResult.Command == owner ? Command(parsed).Length : 0)
        .Select(token => token.Value).FirstOrDefault(word => !takesWords || word.StartsWith('-'));
}
