namespace Gatehouse.Audit.Verification;

/// <summary>A log holds entries of an event model that this program does not know.</summary>
/// <param name="message">Where, which version, and which versions are read.</param>
public sealed class AuditVersionException(string message) : Exception(message)
{
    /// <summary>The remedy.</summary>
    public static string Remedy => "read the log with the program that wrote it, or with a newer one";
}
