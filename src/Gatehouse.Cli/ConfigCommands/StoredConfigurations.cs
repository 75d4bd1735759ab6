using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Verification;
using Gatehouse.Cli.Output;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Texts;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Stores;
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

    private readonly string folder;
    private bool isUnchecked; // and the operator knows it

    private StoredConfigurations(ConfigurationStore store, string folder) => (Store, this.folder) = (store, folder);

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
            return new StoredConfigurations(new ConfigurationStore(StateFiles.Configurations(folder), keys, TimeProvider.System), folder);
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
        if (CommonOptions.StateFolderOfGateway(state, config).Folder is not { } folder)
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
            Terminal.Hint(e is KeyRingException ? "restore the key ring of the state folder from a copy; without it the stored texts do not open"
                : "run the command with an account that may read the state folder and the files, and write the folder that it names");
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
    /// Returns a stored configuration by a word or the beginning of its digest. The audit log says which configurations there were, and the folder
    /// has their texts: whoever can write the folder does not choose what is compared. Where the log cannot be read, the folder answers, and a
    /// message says so. Returns null and the exit code, and prints a message, where there is none.
    /// </summary>
    /// <param name="word">The word.</param>
    /// <param name="log">The folder of the audit log; null for that of the state folder.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="InvalidDataException">Its texts do not have the digest.</exception>
    public async Task<(ConfigurationTexts? Texts, int Code)> FindAsync(string word, string? log, CancellationToken cancellation)
    {
        if (word is not (InForceWord or PreviousWord) && !ConfigurationActs.IsBeginning(word))
        {
            Terminal.Fault(word == FilesWord ? $"'{FilesWord}' is only the second of the two that are compared" : $"'{word}' is not the digest of a configuration");
            Terminal.Hint($"give at least 8 lower-case hexadecimal digits, as 'gatehouse config history' prints them, '{InForceWord}' or '{PreviousWord}'");
            return (null, ExitCodes.Usage);
        }

        var (inForce, previous) = (Store.Order().InForce, Store.Order().Previous);
        var beginning = word switch
        {
            InForceWord => inForce,
            // The store forgets it with its texts, and the log does not.
            PreviousWord when previous is null && inForce is not null =>
                await AskAsync(log, one => one.BeforeAsync(inForce, cancellation)).ConfigureAwait(false),
            PreviousWord => previous,
            _ => word,
        };
        var stored = beginning is null ? [] : Store.Kept().Where(digest => digest.StartsWith(beginning, StringComparison.Ordinal)).ToList();
        var found = beginning is null ? [] : await NamedAsync(log, beginning, cancellation).ConfigureAwait(false) ?? stored;
        if (found.Count == 1 && Store.Read(found.Single()) is { } texts) return (texts, ExitCodes.Done);
        var isRefused = found.Count == 0 && stored.Count == 0 && beginning is not null
            && await RefusedAsync(log, beginning, cancellation).ConfigureAwait(false) is not null;
        Report(word, isRefused, found, stored, beginning);
        return (null, found.Count > 1 ? ExitCodes.Usage : ExitCodes.Unavailable);
    }

    private static void Report(string word, bool isRefused, IReadOnlyCollection<string> found, List<string> stored, string? beginning)
    {
        var (fault, hint) = (found.Count, stored.Count) switch
        {
            ( > 1, _) => ($"several configurations begin with {word}", "give more digits of the digest, as 'gatehouse config history' prints them"),
            (1, _) => ($"the texts of {Named(word, found.Single())} are not kept any more: the erasure of a person, retention or the bound of the store destroyed them",
                "take the files from your version control or a backup; 'yes' under KEPT in 'gatehouse config history' marks texts that are kept"),
            (_, > 0) => ($"the folder has texts under {word}, and the audit log does not name that configuration: they are not used",
                "find out who can write the state folder; list the configurations with: gatehouse config history"),
            _ when isRefused => ($"the configuration {word} was refused and never in force, and its texts are not kept",
                "give one with the outcome 'applied' in: gatehouse config history"),
            _ => (word == PreviousWord && beginning is null ? "there is no configuration before the one in force" : $"there is no stored configuration {word}",
                "list the configurations with: gatehouse config history"),
        };
        Terminal.Fault(fault);
        Terminal.Hint(hint);
    }

    private Task<IReadOnlyCollection<string>?> NamedAsync(string? log, string beginning, CancellationToken cancellation) =>
        AskAsync<IReadOnlyCollection<string>>(
            log, async one => await one.FindAsync(beginning, withReplaced: true, cancellation).ConfigureAwait(false));

    private Task<string?> RefusedAsync(string? log, string beginning, CancellationToken cancellation) => AskAsync(
        log, async one => await one.WasRefusedAsync(beginning, cancellation).ConfigureAwait(false) ? beginning : null);

    private static string Named(string word, string digest) => word is PreviousWord or InForceWord ? $"{word} ({digest[..12]})" : word;

    // Null where the log cannot be read, which is said once.
    private async Task<T?> AskAsync<T>(string? log, Func<ConfigurationLog, Task<T?>> ask)
        where T : class
    {
        log ??= Path.Combine(folder, "audit");
        try
        {
            if (Directory.Exists(log)) return await ask(new ConfigurationLog(new LogScan(new LogSource(log)))).ConfigureAwait(false);
            ReportUnchecked($"{log} has no log");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or AuditVersionException)
        {
            ReportUnchecked(e.Message);
        }

        return null;
    }

    private void ReportUnchecked(string why)
    {
        if (isUnchecked) return;
        isUnchecked = true;
        Terminal.NoteLine($"not checked against the audit log: {why}; what the folder {Store.Path} says is shown");
    }

    /// <summary>Returns the folder of the audit log that a configuration names; null where it names none, or cannot be read.</summary>
    public static string? LogOf(string? config) => config is null ? null : CommonOptions.ReadAsServed(config).Settings?.Audit.Directory;

    /// <summary>
    /// Returns the files on the disk, as a gateway would read them now: from the configuration file, or that of a stored configuration.
    /// </summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<SnapshotFile> FilesOnDisk(string? config, ConfigurationTexts like)
    {
        var result = CommonOptions.ReadAsServed(config ?? like.Main?.Path);
        var read = result.Texts?.Files.Where(file => file.Part != SnapshotPart.Outside).ToList() ?? [];
        // The loader does not come to the other files of a configuration with a fault.
        return result.IsGood ? read : [.. read, .. ConfigurationDisk.Read(like).Where(file => read.TrueForAll(one => one.Path != file.Path))];
    }

    /// <summary>Reads a stored configuration as this build would, with or without <c>--dev</c>.</summary>
    public static ConfigurationResult Load(ConfigurationTexts stored)
    {
        var request = new ConfigurationRequest { Path = stored.Main?.Path, Instead = stored };
        var served = ConfigurationLoader.Load(request);
        if (served.IsGood) return served;
        var development = ConfigurationLoader.Load(request with { Development = true });
        return development.Faults.Count < served.Faults.Count ? development : served;
    }
}
