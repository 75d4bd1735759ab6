using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Storage;

namespace Gatehouse.Cli.SecretCommands;

/// <summary><c>gatehouse secret remove</c>.</summary>
internal static class SecretRemoveCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var name = SecretOptions.Name();
        var command = new Command("remove",
            """
            Remove a secret from the store. A running gateway uses the value that it has read until it is restarted. At a reload, a
            configuration that still names the secret is refused.

            Example:
              gatehouse secret remove github-token
            """)
        { name, config, state };
        command.SetAction((parsed, cancellation) => SecretOptions.IsName(parsed.GetValue(name)!)
            ? RemoveAsync(parsed.GetValue(name)!, parsed.GetValue(state), parsed.GetValue(config), cancellation)
            : Task.FromResult(ExitCodes.Usage));
        return command;
    }

    private static Task<int> RemoveAsync(string name, string? state, string? config, CancellationToken cancellation) => SecretOptions.RunAsync(
        state, config, makes: false,
        async secrets =>
        {
            if (await secrets.Secrets.RemoveAsync(SecretPlace.OfGateway(name), cancellation).ConfigureAwait(false))
            {
                Terminal.NoteLine($"removed {name} from {secrets.StorePath}");
                return ExitCodes.Done;
            }

            Terminal.Fault($"there is no secret {name} in {secrets.StorePath}; see: gatehouse secret list");
            return ExitCodes.No;
        }, "secret.remove", name);
}
