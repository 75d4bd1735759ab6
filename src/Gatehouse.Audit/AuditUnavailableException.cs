namespace Gatehouse.Audit;

/// <summary>
/// The record cannot be written. Methods that may act are then refused (AU-06); the message names the cause for the
/// operator and never reaches a caller.
/// </summary>
public sealed class AuditUnavailableException : IOException
{
    /// <summary>Creates the exception with the cause, in words.</summary>
    public AuditUnavailableException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>True when the log can be written and only the part of the entry's owner is spent.</summary>
    public bool IsPartSpent { get; init; }

    /// <summary>Creates the exception without a cause.</summary>
    public AuditUnavailableException() : this("the audit log cannot be written")
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    public AuditUnavailableException(string message) : this(message, null)
    {
    }
}
