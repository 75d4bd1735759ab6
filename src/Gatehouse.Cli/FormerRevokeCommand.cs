using System.CommandLine;
using Gatehouse.Cli.GatewayCommands;
using Gatehouse.Cli.LockCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli;

/// <summary>
/// The former <c>gatehouse revoke</c>, which was <c>gatehouse token revoke</c> and <c>gatehouse lock revoke</c> in one. It works until version 0.2.
/// </summary>
internal static class FormerRevokeCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var kind = new Argument<string>("kind") { Description = "Kind of the value, or definition." };
        kind.AcceptOnly([.. RevokeTokensCommand.Kinds, "definition"]);
        var value = new Argument<string?>("value")
        {
            Description = "Value to revoke. Omit it for an issuer. For a definition: server, server/tool or server/tool/name.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var (person, issuer, file) = (new RevocationOptions(), RevokeTokensCommand.Issuer(), RevokeDefinitionCommand.LockFile());
        var command = new Command("revoke", "Refuse tokens before they expire, or revoke the approval of a definition.")
            { kind, value, person.Config, person.State, issuer, person.Reason, file, person.Token };
        command.SetAction((parsed, cancellation) => parsed.GetValue(kind) == "definition"
            ? RevokeDefinitionCommand.RunAsync(parsed.GetValue(value) ?? "", parsed.GetValue(file), person, parsed, cancellation)
            : RevokeTokensCommand.RunAsync(parsed.GetValue(kind)!, parsed.GetValue(value), parsed.GetValue(issuer), person, parsed, cancellation));
        return command;
    }
}
