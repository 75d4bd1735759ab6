namespace Gatehouse.Azure;

/// <summary>
/// The platform or Entra gives no token for the gateway's identity. The message names cause and remedy in words of this program. It has no text of an
/// answer, except the number of an error of Entra.
/// </summary>
internal sealed class AzureTokenException : IOException
{
    /// <summary>Creates the exception.</summary>
    public AzureTokenException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates the exception.</summary>
    public AzureTokenException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public AzureTokenException() : this("the platform gives no token")
    {
    }
}
