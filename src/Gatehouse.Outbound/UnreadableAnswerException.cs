namespace Gatehouse.Outbound;

/// <summary>The answer of a place is longer than its bound, or ended early. It is a fault of the place, and none of a file of the gateway.</summary>
internal sealed class UnreadableAnswerException : IOException
{
    /// <summary>Makes an exception without a message.</summary>
    public UnreadableAnswerException()
    {
    }

    /// <summary>Makes an exception with its message.</summary>
    public UnreadableAnswerException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with its message and cause.</summary>
    public UnreadableAnswerException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
