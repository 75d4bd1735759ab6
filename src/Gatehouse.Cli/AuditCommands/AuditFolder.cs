using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Verification;
using Gatehouse.Cli.Output;
using Gatehouse.Settings;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>The place of an audit log, and the messages where it cannot be read.</summary>
internal static class AuditFolder
{
    /// <summary>Returns the folder. Returns null, and prints a message, when there is none.</summary>
    public static string? Of(GatewaySettings? settings, string? named)
    {
        var folder = named ?? settings?.Audit.Directory ?? (settings is null ? null : Path.Combine(settings.StateDirectory, "audit"));
        if (folder is not null && Directory.Exists(folder)) return folder;
        ReportMissing(folder);
        return null;
    }

    /// <summary>Reports that there is no log, with the remedy.</summary>
    public static void ReportMissing(string? folder)
    {
        var (fault, remedy) = folder is null ? ("the location of the audit log is unknown", Remedy) : WhyMissing(folder);
        Terminal.Fault(fault);
        Terminal.Hint(remedy);
    }

    private const string Remedy = "give the folder of the audit log with --log, or the configuration with --config";

    private static (string Fault, string Remedy) WhyMissing(string folder)
    {
        if (File.Exists(folder)) return ($"there is no audit log in {folder}: it is a file", Remedy);
        if (!Directory.Exists(folder)) return ($"there is no audit log in {folder}: it does not exist", $"{Remedy}; the gateway makes the folder at its first start");
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
