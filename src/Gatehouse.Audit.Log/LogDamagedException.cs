namespace Gatehouse.Audit.Log;

/// <summary>
/// A log on disk is not as its writer left it. It must not be continued: what it signs next would contradict what it signed before.
/// </summary>
internal sealed class LogDamagedException(string message, string reason = LogDamagedException.Damaged) : Exception(message)
{
    /// <summary>Files of the log are missing or altered.</summary>
    public const string Damaged = "damaged";

    /// <summary>The log is shorter than its checkpoint.</summary>
    public const string RolledBack = "rolled-back";

    /// <summary>The word for the entry that begins the next log.</summary>
    public string Reason => reason;
}
