using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Proofs;

namespace Gatehouse.Audit.Verifier;

/// <summary>The answer of a command that reads a log. A log that cannot be read whole gets no answer.</summary>
internal static class Answer
{
    /// <summary>Returns the exit code; 3 where something cannot be read.</summary>
    public static int Of(Func<int> read, IShown shown)
    {
        try
        {
            return read();
        }
        catch (AuditVersionException e)
        {
            shown.Fault(e.Message, $"remedy: {AuditVersionException.Remedy}");
        }
        catch (EvidenceException e)
        {
            shown.Fault(e.Message, e.Remedy);
            return 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ReportUnreadable(e, shown, "give the path of a file or log that can be read");
        }

        return 3;
    }

    /// <summary>Reports a file that cannot be read. The runtime's own messages name the file, and not what to do.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="shown">The output.</param>
    /// <param name="remedy">What to do, where the account may read the file.</param>
    /// <param name="option">The option that names the file; null for an argument and for the log itself.</param>
    public static void ReportUnreadable(Exception fault, IShown shown, string remedy, string? option = null)
    {
        var place = option is null ? "" : $"{option}: ";
        if (fault is UnauthorizedAccessException)
            shown.Fault($"{place}this account may not read a file: {fault.Message}", "run the command with an account that may read it, or give a copy");
        else
            shown.Fault($"{place}{fault.Message}", fault is FileNotFoundException ? $"{remedy}; a relative path begins at the current folder" : remedy);
    }
}
