using System.CommandLine;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.LockCommands;

/// <summary>The arguments and options of <c>lock approve</c>.</summary>
internal sealed class ApproveOptions : LockOptions
{
    /// <summary>The definitions.</summary>
    public WordsAndCommand What { get; } = new("what", takesWords: true)
    {
        Description = "Definitions: server, server/tool or server/tool/name. Kinds: tool, prompt, resource, template, instructions, "
            + "capabilities, server.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary><c>--all-new</c>.</summary>
    public Option<bool> AllNew { get; } =
        new("--all-new") { Description = "Every new or different definition of every server that is read." };

    /// <summary><c>--reason</c>.</summary>
    public Option<string?> Reason { get; } = new("--reason") { Description = "Reason, kept with the approval. Required.", HelpName = "text" };

    /// <summary><c>--sign</c>.</summary>
    public Option<string?> Sign { get; } = new("--sign")
    {
        Description = "Sign with this key: file:PATH or env:NAME. Without servers to ask, it signs approvals that are in the lock.",
        HelpName = "key",
    };

    /// <summary><c>--signer</c>.</summary>
    public Option<string?> Signer { get; } =
        new("--signer") { Description = "Name of the key in lock.keys of the configuration. Default: --by.", HelpName = "name" };

    /// <summary><c>--new-key</c>.</summary>
    public Option<string?> NewKey { get; } =
        new("--new-key") { Description = "Create a key in this new file, and print its public key for lock.keys.", HelpName = "file" };

    /// <summary><c>--gateway</c>.</summary>
    public Option<bool> Gateway { get; } = new("--gateway")
    { Description = "Approve on the running gateway, as an administrator. Without names: list the withheld definitions." };

    /// <summary><c>--host</c>.</summary>
    public Option<bool> Host { get; } = new("--host")
    { Description = "Approve on the host of the servers that you wrapped. Without names: list the withheld definitions." };

    /// <summary><c>--state</c>.</summary>
    public Option<string?> State { get; } = CommonOptions.State();

    /// <summary><c>--token-file</c>.</summary>
    public Option<string?> Token { get; } = new("--token-file")
    { Description = "With --gateway: file with an access token for the administration audience.", HelpName = "file" };

    /// <summary>Adds all arguments and options to the command, in the order of the help.</summary>
    public void AddTo(Command command)
    {
        command.Add(What);
        foreach (var option in new Option[] { File, AllNew, Reason, Expires, By, Sign, Signer, NewKey, Gateway, Host, State, Token })
            command.Add(option);
        Sources.AddTo(command);
        command.Check(result =>
        {
            if (result.GetValue(Gateway) && result.GetValue(Host)) result.AddError("give --gateway or --host, not both");
        });
    }

    /// <summary>Returns the name of the signing key: that of <c>--signer</c>, otherwise that of <c>--by</c>.</summary>
    public string SignerOf(ParseResult parsed) => parsed.GetValue(Signer) ?? parsed.GetValue(By)!;
}
