using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary>The digest of a text that a person was shown before, in place of a text that the command shows.</summary>
internal static class ShownDigest
{
    /// <summary>Refuses a digest without a token, and a word that is no digest.</summary>
    /// <param name="command">The command.</param>
    /// <param name="shown">The option with the digest.</param>
    /// <param name="token">The option with the token.</param>
    public static void Check(Command command, Option<string?> shown, Option<string?> token) => command.Check(result =>
    {
        if (result.GetValue(shown) is not { } digest) return;
        if (!ApprovalActs.IsDigest(digest)) result.AddError($"'{digest}' is no digest: --shown takes the 64 hexadecimal digits in the line 'shown'");
        // At a terminal the gateway takes what the person typed, and that is an answer to the text above it.
        if (result.GetValue(token) is null)
            result.AddError("--shown needs --token-file; without a token, leave --shown out: the command shows the text at the terminal and asks there");
    });
}
