namespace Gatehouse.Outbound;

/// <summary>
/// A vault outside of this machine gives no value. The message names cause and remedy, never a value, and nothing that the vault wrote.
/// </summary>
public sealed class VaultReadException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Cause and remedy.</param>
    /// <param name="isGone">True when the vault answers that the secret is deleted, disabled or expired.</param>
    /// <param name="innerException">The fault below; null for none.</param>
    public VaultReadException(string message, bool isGone, Exception? innerException = null) : base(message, innerException) => IsGone = isGone;

    /// <summary>Creates the exception.</summary>
    public VaultReadException() : this("the vault gives no value", false)
    {
    }

    /// <summary>Creates the exception.</summary>
    public VaultReadException(string message) : this(message, false)
    {
    }

    /// <summary>Creates the exception.</summary>
    public VaultReadException(string message, Exception innerException) : this(message, false, innerException)
    {
    }

    /// <summary>
    /// True when the vault answers that there is no such secret any more: a value that was read before is withdrawn too. False while the vault does
    /// not answer, or does not permit the read.
    /// </summary>
    public bool IsGone { get; }

    /// <summary>The message, which has no text from outside and may be in the operator's log.</summary>
    public string CauseAndRemedy => Message;
}
