namespace Gatehouse.Isolation;

/// <summary>
/// The failure of a local process to start. The message is for the operator. It names the program and the folder, never arguments or the environment,
/// which can hold secrets. Both are text from outside: the code that shows the message escapes it.
/// </summary>
public sealed class ProcessStartException : Exception
{
    /// <summary>Makes the exception of a fault.</summary>
    public ProcessStartException(ProcessStartFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>Makes the exception of an unnamed fault.</summary>
    public ProcessStartException()
        : this(ProcessStartFault.Refused, "The process did not start.")
    {
    }

    /// <inheritdoc cref="ProcessStartException()"/>
    public ProcessStartException(string message)
        : this(ProcessStartFault.Refused, message)
    {
    }

    /// <inheritdoc cref="ProcessStartException()"/>
    public ProcessStartException(string message, Exception inner)
        : this(ProcessStartFault.Refused, message, inner)
    {
    }

    /// <summary>The cause.</summary>
    public ProcessStartFault Fault { get; }
}
