using System.CommandLine;
using System.Security.Cryptography;
using Gatehouse.Cli.Output;
using Gatehouse.Storage;

namespace Gatehouse.Cli.SecretCommands;

/// <summary><c>gatehouse secret set</c>.</summary>
internal static class SecretSetCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var file = new Option<string?>("--file") { Description = "File that has the value. Default: the terminal, or stdin.", HelpName = "file" };
        var name = SecretOptions.Name();
        // Takes what would be a value, so that the fault can say why there is none, and does not repeat it.
        var rest = new Argument<string[]>("value") { Hidden = true, Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("set",
            """
            Set a secret, or replace it. The value is one line of 1 to 16,384 bytes. It is typed at the terminal, where it is not shown,
            or read from stdin or from a file. It is never an argument: other accounts can read arguments, and the shell keeps them.

            Examples:
              gatehouse secret set github-token
              gatehouse secret set github-token --file /run/secrets/github
              some-password-manager read github | gatehouse secret set github-token --state /var/lib/gatehouse
            """)
        { name, rest, file, config, state };
        command.SetAction((parsed, cancellation) =>
        {
            var (named, words) = (parsed.GetValue(name)!, parsed.GetValue(rest) ?? []);
            if (words.Length > 0) return Task.FromResult(RefuseArgument());
            return SecretOptions.IsName(named)
                ? SetAsync(named, parsed.GetValue(file), parsed.GetValue(state), parsed.GetValue(config), cancellation)
                : Task.FromResult(ExitCodes.Usage);
        });
        return command;
    }

    private static int RefuseArgument()
    {
        Terminal.Fault("the value of a secret is not an argument: other accounts of this machine can read arguments, and the shell keeps them");
        Terminal.Hint("replace that secret where it was issued; then run 'gatehouse secret set NAME' and type the new one, or give --file or stdin");
        return ExitCodes.Usage;
    }

    private static async Task<int> SetAsync(string name, string? file, string? state, string? config, CancellationToken cancellation)
    {
        if (CommonOptions.StateFolder(state, config) is not { } folder) return ExitCodes.Usage;
        byte[]? value = null;
        try
        {
            value = SecretInput.Read(name, file, out var fault);
            if (value is null)
            {
                Terminal.Fault(fault!);
                return ExitCodes.No;
            }

            return await SecretOptions.RunAsync(folder, config, makes: true, async secrets =>
            {
                await secrets.Secrets.SetAsync(SecretPlace.OfGateway(name), value, cancellation).ConfigureAwait(false);
                Terminal.NoteLine($"set {name} in {secrets.StorePath}; a running gateway uses it after: gatehouse reload");
                if (file is not null) Terminal.NoteLine($"{file} still holds the value; remove the file when nothing else needs it");
                return ExitCodes.Done;
            }, "secret.set", name).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }
}
