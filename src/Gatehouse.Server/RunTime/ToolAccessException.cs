namespace Gatehouse.Server.RunTime;

/// <summary>A running tool opened what it has not declared. The SDK answers the model with its own text, which does not hold this message.</summary>
public sealed class ToolAccessException : Exception
{
    /// <summary>Creates an exception without a message of its own.</summary>
    public ToolAccessException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The act, the tool, and the declaration that is missing.</param>
    public ToolAccessException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The act, the tool, and the declaration that is missing.</param>
    /// <param name="innerException">The cause.</param>
    public ToolAccessException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
