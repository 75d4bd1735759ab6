using System.CommandLine;
using System.CommandLine.Parsing;
using Gatehouse.Administration;

namespace Gatehouse.Cli.AccessCommands;

/// <summary>Arguments with ids of requests for rights. The id of another question is a mistake.</summary>
internal static class AccessIds
{
    public static Argument<string> One(string description)
    {
        var id = new Argument<string>("id") { Description = description };
        id.Validators.Add(Check);
        return id;
    }

    public static Argument<string[]> Some(string description)
    {
        var ids = new Argument<string[]>("id") { Description = description, Arity = ArgumentArity.OneOrMore };
        ids.Validators.Add(Check);
        return ids;
    }

    private static void Check(ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(static token => !ApprovalActs.IsAccessId(token.Value)))
            result.AddError($"'{token.Value}' is not the id of a request for a right: give one as 'gatehouse access list' prints it, such as acc-7q4kd2m9xs");
    }
}
