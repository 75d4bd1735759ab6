using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Storage;
using Gatehouse.Text;

namespace Gatehouse.Cli.SecretCommands;

/// <summary><c>gatehouse secret rotate</c>.</summary>
internal static class SecretRotateCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var command = new Command("rotate",
            """
            Add a key to the key ring and seal every secret again under it, while the gateway runs. The command can be interrupted at any
            moment. Run it again: it finishes the rotation that was begun, and adds no key. Old keys stay in the ring, because handles and
            kept payloads that they sealed may still be in use.

            Example:
              gatehouse secret rotate
            """)
        { config, state };
        command.SetAction((parsed, cancellation) => SecretOptions.RunAsync(
            parsed.GetValue(state), parsed.GetValue(config), makes: false,
            async secrets => Show(await secrets.Secrets.RotateAsync(cancellation).ConfigureAwait(false), parsed.GetValue(config)),
            SecretOptions.Rotate));
        return command;
    }

    private static int Show(SecretRotation rotation, string? config)
    {
        Terminal.NoteLine($"{Counted.Of(rotation.SealedAgain, "secret")} sealed again under the key {rotation.KeyId}");
        if (rotation.Finished) Terminal.Note("this finished an earlier rotation and added no key; run the command again to add one");
        Terminal.Note("a running gateway seals with the key after: gatehouse reload" + (config is null ? "" : $" --config {config}"));
        foreach (var place in rotation.Unopened)
        {
            Terminal.Fault($"the secret {place.Name} does not open and was left as it is");
            Terminal.Hint($"set the secret again with: gatehouse secret set {place.Name}; if an older key ring was put in place, put the newer one back instead");
        }

        return rotation.Unopened.Count == 0 ? ExitCodes.Done : ExitCodes.No;
    }
}
