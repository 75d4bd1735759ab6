using Gatehouse.Audit.Search;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Verification;
using Gatehouse.Cli.Output;
using Gatehouse.Settings;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>The place of an audit log, and the messages where it cannot be read.</summary>
internal static class AuditFolder
{
    private const string Default = "audit"; // in the state folder
    private const string Remedy = "give the folder of the audit log with --log, or the configuration with --config";

    // A command that reads the files of a log needs no configuration.
    private const string WithoutConfiguration =
        "give the folder of the audit log with --log, or the state folder of the gateway with --state; the command then needs no configuration";

    /// <summary>
    /// Returns the folder: that of <c>--log</c>, otherwise the one in the state folder, otherwise that of the configuration. Returns null, prints a
    /// message and gives the exit code where there is none.
    /// </summary>
    /// <param name="log">The folder of the log; null where it was not given.</param>
    /// <param name="state">The state folder; null where it was not given.</param>
    /// <param name="config">The configuration file; null for the documented location.</param>
    /// <param name="code">The exit code.</param>
    public static string? Of(string? log, string? state, string? config, out int code)
    {
        var settings = log is null && state is null ? CommonOptions.LoadAsServed(config)?.Settings : null;
        code = log is null && state is null && settings is null ? ExitCodes.Usage : ExitCodes.Unavailable;
        if (code != ExitCodes.Usage) return Of(settings, log, state);
        Terminal.Hint(WithoutConfiguration);
        return null;
    }

    /// <summary>The same, with a configuration that was read. Returns null, and prints a message, where there is no log.</summary>
    /// <param name="settings">The configuration; null where it was not read.</param>
    /// <param name="log">The folder of the log; null where it was not given.</param>
    /// <param name="state">The state folder; null where it was not given.</param>
    public static string? Of(GatewaySettings? settings, string? log, string? state = null)
    {
        var around = state ?? settings?.StateDirectory;
        var folder = log ?? (state is null ? settings?.Audit.Directory : null) ?? (around is null ? null : Path.Combine(around, Default));
        if (folder is null)
        {
            Terminal.Fault("the location of the audit log is unknown");
            Terminal.Hint(Remedy);
            return null;
        }

        if (Directory.Exists(folder)) return folder;
        if (log is not null || File.Exists(folder)) ReportMissing(folder);
        else ReportNotMade(folder, state);
        return null;
    }

    /// <summary>
    /// The same for a verb that counts what it reads: a folder without a log is reported too. Nothing found in the wrong folder would look like an
    /// answer about the log.
    /// </summary>
    public static string? WithLog(GatewaySettings? settings, string? log)
    {
        if (Of(settings, log) is not { } folder) return null;
        if (new LogSource(folder).Logs().Count > 0) return folder;
        ReportMissing(folder);
        return null;
    }

    /// <summary>Reports that there is no log in a folder, with the remedy.</summary>
    public static void ReportMissing(string folder)
    {
        var (fault, remedy) = WhyMissing(folder);
        Terminal.Fault(fault);
        Terminal.Hint(remedy);
    }

    // The gateway makes the folder at its first start, so a right configuration has none before.
    private static void ReportNotMade(string folder, string? state)
    {
        if (state is not null && !Directory.Exists(state))
        {
            Terminal.Fault($"there is no state folder {state}");
            Terminal.Hint("compare it with 'state' of the configuration, or give the folder of the audit log with --log");
            return;
        }

        Terminal.Fault($"there is no audit log in {folder} yet: the folder does not exist");
        Terminal.Hint(ProposedCommands.Complete("the gateway makes the folder at its first start: gatehouse serve; to read another log, give its folder with --log"));
    }

    private static (string Fault, string Remedy) WhyMissing(string folder)
    {
        if (File.Exists(folder)) return ($"there is no audit log in {folder}: it is a file", Remedy);
        if (!Directory.Exists(folder)) return ($"there is no audit log in {folder}: it does not exist", $"compare the path; {Remedy}");
        if (File.Exists(Path.Join(folder, LogLayout.Checkpoint)))
            return ($"{folder} is the folder of one log", $"give the folder around it with --log: {Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))}");
        var inside = Path.Join(folder, "audit");
        return ($"there is no audit log in {folder}", Directory.Exists(inside) ? $"there is a folder of one in it; give --log {inside}" : Remedy);
    }

    /// <summary>Returns the answer of a verb that reads a log. A log that cannot be read whole gets no answer.</summary>
    public static int Answer(Func<int> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (Report(e))
        {
            return ExitCodes.Unavailable;
        }
    }

    /// <summary>The same for a verb that reads in the background.</summary>
    public static async Task<int> AnswerAsync(Func<Task<int>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception e) when (Report(e))
        {
            return ExitCodes.Unavailable;
        }
    }

    // A fault of ours is not an answer about a log.
    private static bool Report(Exception fault)
    {
        if (fault is not (IOException or UnauthorizedAccessException or AuditVersionException)) return false;
        Terminal.Fault(fault.Message);
        Terminal.Hint(fault switch
        {
            AuditVersionException => $"remedy: {AuditVersionException.Remedy}",
            UnauthorizedAccessException => "the log belongs to the account of the gateway: run the command with an account that may read it, or read a copy with --log",
            _ => "look for damage with: gatehouse audit verify --damage; or read a whole copy with --log",
        });
        return true;
    }
}
