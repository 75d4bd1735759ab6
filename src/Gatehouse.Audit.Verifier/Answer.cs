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
            shown.Fault(e.Message, "see: audit verify");
            return 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            shown.Fault(e.Message, "give a log or file that can be read");
        }

        return 3;
    }
}
