using Gatehouse.Cli.Output;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Snapshots;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Storage;

namespace Gatehouse.Cli.ConfigCommands;

/// <summary>The configurations in a state folder, for commands beside the gateway. Nothing is written.</summary>
internal sealed class StoredConfigurations
{
    /// <summary>The word for the configuration that is or was in force.</summary>
    public const string InForceWord = "in-force";

    /// <summary>The word for the configuration before that.</summary>
    public const string PreviousWord = "previous";

    /// <summary>The word for the files on the disk.</summary>
    public const string FilesWord = "files";

    private const int ShortestDigest = 8;

    private StoredConfigurations(ConfigurationStore store) => Store = store;

    /// <summary>The store.</summary>
    public ConfigurationStore Store { get; }

    /// <summary>Opens the store of a state folder. Returns null, and prints a message, when there is none.</summary>
    /// <exception cref="KeyRingException">The key ring cannot be read.</exception>
    public static StoredConfigurations? Open(string folder)
    {
        folder = Path.GetFullPath(folder);
        if (File.Exists(StateFiles.KeyRing(folder)) && Directory.Exists(StateFiles.Configurations(folder)))
        {
            var keys = KeyRing.OpenOrCreate(StateFiles.KeyRing(folder), TimeProvider.System);
            return new StoredConfigurations(new ConfigurationStore(StateFiles.Configurations(folder), keys));
        }

        Terminal.Fault($"the state folder {folder} has no stored configurations");
        Terminal.Hint("name the folder of the gateway with --state; configurations are stored from its first start from a file");
        return null;
    }

    /// <summary>Runs a command that reads stored configurations.</summary>
    /// <param name="state">The state folder; null takes it from the configuration.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="run">The command; returns the exit code.</param>
    public static async Task<int> RunAsync(string? state, string? config, Func<StoredConfigurations, Task<int>> run)
    {
        if (CommonOptions.StateFolder(state, config) is not { } folder)
        {
            Terminal.Hint("with --state the command does not need the configuration on the disk");
            return ExitCodes.Usage;
        }

        try
        {
            return Open(folder) is { } stored ? await run(stored).ConfigureAwait(false) : ExitCodes.Unavailable;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or KeyRingException)
        {
            Terminal.Fault(e.Message);
            return ExitCodes.Unavailable;
        }
        catch (InvalidDataException e)
        {
            Terminal.Fault($"the stored configuration is not used: {e.Message}");
            Terminal.Hint("find out who can write the state folder; take the files from your version control or a backup");
            return ExitCodes.Unavailable;
        }
    }

    /// <summary>
    /// Returns a stored configuration by a word or the beginning of its digest. Returns null, and prints a message, where there is none.
    /// </summary>
    /// <exception cref="InvalidDataException">Its texts do not have the digest.</exception>
    public ConfigurationSnapshot? Find(string word)
    {
        var order = Store.Order();
        var found = word switch
        {
            InForceWord => order.InForce is { } now ? [now] : [],
            PreviousWord => order.Previous is { } before ? [before] : [],
            _ => word.Length >= ShortestDigest ? order.Kept.Where(digest => digest.StartsWith(word, StringComparison.Ordinal)).ToArray() : [],
        };
        if (found is [var only] && Store.Read(only) is { } snapshot) return snapshot;
        Terminal.Fault(found.Length > 1 ? $"several configurations begin with {word}" : $"there is no stored configuration {word}");
        Terminal.Hint("list them with: gatehouse config history; give at least 8 digits of a digest");
        return null;
    }

    /// <summary>
    /// Returns the files on the disk, as a gateway would read them now: from the configuration file, or that of a stored configuration.
    /// </summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<SnapshotFile> FilesOnDisk(string? config, ConfigurationSnapshot like)
    {
        var result = CommonOptions.ReadAsServed(config ?? like.Main?.Path);
        var read = result.Snapshot?.Files.Where(file => file.Part != SnapshotPart.Outside).ToList() ?? [];
        // The loader does not come to the other files of a configuration with a fault.
        return result.IsGood ? read : [.. read, .. ConfigurationDisk.Read(like).Where(file => read.TrueForAll(one => one.Path != file.Path))];
    }

    /// <summary>Reads a stored configuration as this build would, with or without <c>--dev</c>.</summary>
    public static ConfigurationResult Load(ConfigurationSnapshot stored)
    {
        var request = new ConfigurationRequest { Path = stored.Main?.Path, Instead = stored };
        var served = ConfigurationLoader.Load(request);
        if (served.IsGood) return served;
        var development = ConfigurationLoader.Load(request with { Development = true });
        return development.Faults.Count < served.Faults.Count ? development : served;
    }
}
