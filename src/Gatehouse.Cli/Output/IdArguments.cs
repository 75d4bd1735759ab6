using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gatehouse.Cli.Output;

/// <summary>
/// Arguments with ids. Each id is checked before the command does anything, so that no act is done before a word with a mistake in it is found.
/// </summary>
/// <param name="isId">Returns whether a word has the form of an id.</param>
/// <param name="what">The thing with the id, with its article.</param>
/// <param name="list">The command that prints the ids.</param>
/// <param name="example">An id.</param>
internal sealed class IdArguments(Func<string, bool> isId, string what, string list, string example)
{
    /// <summary>Makes an argument for one id.</summary>
    public Argument<string> One(string description)
    {
        var id = new Argument<string>("id") { Description = description };
        id.Validators.Add(Check);
        return id;
    }

    /// <summary>Makes an argument for one or several ids.</summary>
    public Argument<string[]> Some(string description)
    {
        var ids = new Argument<string[]>("id") { Description = description, Arity = ArgumentArity.OneOrMore };
        ids.Validators.Add(Check);
        return ids;
    }

    private void Check(ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(token => !isId(token.Value)))
            result.AddError($"'{token.Value}' is not the id of {what}: give one as 'gatehouse {list}' prints it, such as {example}");
    }
}
