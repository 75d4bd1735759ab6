using System.CommandLine;

namespace Gatehouse.Cli.SecretCommands;

/// <summary><c>gatehouse secret set|list|remove|rotate</c>.</summary>
internal static class SecretCommand
{
    public static Command Create() => new("secret",
        """
        Keep secrets of the configuration in the store of the gateway, encrypted.

        The configuration names a secret as vault:NAME wherever it takes env:NAME or file:PATH. The gateway reads it when it starts
        and at each reload. The commands work beside a running gateway and without one, as the account of the gateway.
        """)
    { SecretSetCommand.Create(), SecretListCommand.Create(), SecretRemoveCommand.Create(), SecretRotateCommand.Create() };
}
