using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Cli.SecretCommands;

/// <summary>Arguments and options that the commands for secrets share, and the way to the store.</summary>
internal static class SecretOptions
{
    /// <summary>Name of the act of <c>secret rotate</c>.</summary>
    public const string Rotate = "secret.rotate";

    /// <summary>Makes the argument of the name.</summary>
    public static Argument<string> Name() =>
        new("name") { Description = $"Name of the secret: {SecretPlace.NameForm}." };

    /// <summary>Checks a name. A wrong one is not repeated: it may be the secret itself.</summary>
    public static bool IsName(string name)
    {
        if (SecretPlace.IsName(name)) return true;
        Terminal.Fault($"this is no name of a secret; a name is {SecretPlace.NameForm}");
        Terminal.Hint("if the word is the secret itself, replace it where it was issued: other accounts can read arguments, and the shell keeps them");
        return false;
    }

    /// <summary>Runs a command over the secrets of a state folder.</summary>
    /// <param name="state">The state folder; null takes it from the configuration.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="makes">True makes folder, store and key ring where they are missing.</param>
    /// <param name="run">The command; returns the exit code.</param>
    /// <param name="act">Name of the act for the audit log; null where nothing changes.</param>
    /// <param name="target">The secret that the act changes; null for none.</param>
    public static async Task<int> RunAsync(
        string? state, string? config, bool makes, Func<SecretsFolder, Task<int>> run, string? act = null, string? target = null)
    {
        if (CommonOptions.StateFolder(state, config) is not { } folder) return ExitCodes.Usage;
        folder = Path.GetFullPath(folder);
        if (!makes && !SecretsFolder.Exists(folder))
        {
            Terminal.Fault($"there is no store in the state folder {folder}; name the folder of the gateway with --state, or set a secret first");
            return ExitCodes.Unavailable;
        }

        try
        {
            var secrets = await SecretsFolder.OpenAsync(folder, TimeProvider.System).ConfigureAwait(false);
            await using (secrets.ConfigureAwait(false))
            {
                if (act is null) return await run(secrets).ConfigureAwait(false);
                using var begun = CommandAct.Begin(folder, act, target, TimeProvider.System);
                var code = await run(secrets).ConfigureAwait(false);
                begun.End(code == ExitCodes.Done || act == Rotate ? "done" : "refused"); // a rotation that left a secret has changed the ring
                return code;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or StoreException or KeyRingException)
        {
            Terminal.Fault(fault.Message);
            return ExitCodes.Unavailable;
        }
    }
}
