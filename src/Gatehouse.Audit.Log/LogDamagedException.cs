namespace Gatehouse.Audit.Log;

/// <summary>
/// A log on disk is not as its writer left it. It must not be continued: what it signs next would contradict what it signed before.
/// </summary>
/// <param name="part">The part of the log, a word of <see cref="DamagedPart"/>.</param>
/// <param name="message">The file and the fault, for the operator: it has names of files.</param>
/// <param name="reason">Why the log ends, a word of <see cref="AuditLogSuccession"/>.</param>
internal sealed class LogDamagedException(string part, string message, string reason = AuditLogSuccession.Damaged) : Exception(message)
{
    /// <summary>The part of the log, for the same entry.</summary>
    public string Part => part;

    /// <summary>The word for the entry that begins the next log.</summary>
    public string Reason => reason;
}
