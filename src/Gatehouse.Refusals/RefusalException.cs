namespace Gatehouse.Refusals;

/// <summary>
/// Ends an exchange from inside a transport, where returning an outcome through every layer would hide the flow. Caught
/// in one place, the pipeline. Its message is for operators.
/// </summary>
public sealed class RefusalException : Exception
{
    /// <summary>Creates the exception.</summary>
    public RefusalException(Refusal refusal, Exception? inner = null) : base(refusal?.ToString(), inner) =>
        Refusal = refusal ?? throw new ArgumentNullException(nameof(refusal));

    /// <summary>Creates the exception.</summary>
    public RefusalException(Reason reason, string? detail = null, Exception? inner = null)
        : this(new Refusal(reason, detail), inner)
    {
    }

    /// <summary>Creates the exception for an internal fault.</summary>
    public RefusalException() : this(Reasons.InternalFault)
    {
    }

    /// <summary>Creates the exception for an internal fault.</summary>
    public RefusalException(string message) : this(Reasons.InternalFault, message)
    {
    }

    /// <summary>Creates the exception for an internal fault.</summary>
    public RefusalException(string message, Exception innerException) : this(Reasons.InternalFault, message, innerException)
    {
    }

    /// <summary>What is answered.</summary>
    public Refusal Refusal { get; }
}
