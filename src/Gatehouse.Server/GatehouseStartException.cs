namespace Gatehouse.Server;

/// <summary>
/// The server cannot start with the protection that its code asks for. The message names each fault and its remedy; nothing was served. Printing the
/// exception prints the message alone.
/// </summary>
public sealed class GatehouseStartException : Exception
{
    /// <summary>Creates an exception without a message of its own.</summary>
    public GatehouseStartException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    public GatehouseStartException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public GatehouseStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Returns the message: the host prints it, and a stack would hide it.</summary>
    public override string ToString() => "Gatehouse: " + Message;
}
