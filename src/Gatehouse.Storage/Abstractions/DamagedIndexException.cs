namespace Gatehouse.Storage.Abstractions;

/// <summary>The rows of an index cannot be read as one. The remedy is always the same: rebuild it from the log.</summary>
public sealed class DamagedIndexException : Exception
{
    /// <summary>Creates the exception with the cause.</summary>
    public DamagedIndexException(string message, Exception? inner) : base(message, inner)
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    public DamagedIndexException(string message) : this(message, null)
    {
    }

    /// <summary>Creates the exception without a cause.</summary>
    public DamagedIndexException() : this("the index is damaged")
    {
    }
}
