namespace Gatehouse.Storage.Abstractions;

/// <summary>
/// The store cannot be opened, or a write was not committed. The message is for the operator: cause, then remedy; it holds no
/// stored value.
/// </summary>
public sealed class StoreException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public StoreException()
    {
    }

    /// <summary>Makes an exception of cause and remedy.</summary>
    public StoreException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception of cause and remedy.</summary>
    public StoreException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
