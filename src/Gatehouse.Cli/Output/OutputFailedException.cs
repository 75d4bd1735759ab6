namespace Gatehouse.Cli.Output;

/// <summary>Data could not be written to stdout, for example because the disk is full. It is no fault of the gateway that gave the data.</summary>
internal sealed class OutputFailedException : IOException
{
    /// <summary>Makes a fault without words.</summary>
    public OutputFailedException()
    {
    }

    /// <summary>Makes a fault with words for people.</summary>
    public OutputFailedException(string message) : base(message)
    {
    }

    /// <summary>Makes a fault with words for people and its cause.</summary>
    public OutputFailedException(string message, Exception inner) : base(message, inner)
    {
    }
}
