using System.Security.Cryptography;
using System.Text;
using Gatehouse.Audit.Verifier;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>The evidence file that a command writes. It appears whole or not at all: one that ends within a proof would look like evidence.</summary>
internal static class EvidenceOutput
{
    private const string Remedy = "give a file with --output, in a folder that is there and that this account may write";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Returns whether the file can be written, as far as that is known before. Prints why not, and gives the exit code.</summary>
    public static bool IsFree(string file, IShown shown, out int code)
    {
        code = ExitCodes.Usage;
        if (File.Exists(file) || Directory.Exists(file))
        {
            shown.Fault($"{file} exists; it is not overwritten", "give another name with --output");
            return false;
        }

        code = ExitCodes.Unavailable;
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is not { } folder || Directory.Exists(folder)) return true;
        shown.Fault($"{file} cannot be written: the folder {folder} does not exist", Remedy);
        return false;
    }

    /// <summary>Writes the lines. Returns false, and prints why, where the file cannot be written. Faults of the lines are thrown.</summary>
    public static bool Write(IEnumerable<string> lines, string file, IShown shown)
    {
        // A name that no one can guess, and a file that is made here: of a link that waits under a known name, the target would be overwritten
        // (CWE-59).
        var part = $"{file}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.part";
        var isMade = false;
        try
        {
            using (var writer = Guarded(() => new StreamWriter(Create(part), Utf8) { NewLine = "\n" }))
            {
                isMade = true;
                foreach (var line in lines) Guarded(() => writer.WriteLine(line));
                Guarded(writer.Flush);
            }

            Guarded(() => File.Move(part, file));
            isMade = false;
            return true;
        }
        catch (UnwritableException e)
        {
            shown.Fault($"{file} cannot be written: {e.Message}", Remedy);
            return false;
        }
        finally
        {
            if (isMade) Remove(part);
        }
    }

    // Entries are for the account that asked for them, until it hands the file out.
    private static FileStream Create(string part)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(part, options);
    }

    private static void Remove(string part)
    {
        try
        {
            File.Delete(part);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder cannot be written, which was reported.
        }
    }

    private static void Guarded(Action act) => _ = Guarded(() =>
    {
        act();
        return true;
    });

    // A log that cannot be read while its lines are made is another fault than a file that cannot be written.
    private static T Guarded<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnwritableException(e);
        }
    }

    private sealed class UnwritableException(Exception fault) : Exception(fault.Message, fault);
}
