namespace Gatehouse.Outbound;

/// <summary>
/// An exception for a destination that the SSRF guard or a revocation list refused. The message is for the operator; a caller learns neither address
/// nor cause (E08).
/// </summary>
public sealed class DestinationRefusedException : IOException
{
    /// <summary>Creates the exception.</summary>
    public DestinationRefusedException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public DestinationRefusedException() : this("the destination is not allowed")
    {
    }

    /// <summary>Creates the exception.</summary>
    public DestinationRefusedException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
