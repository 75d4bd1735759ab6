namespace Gatehouse.Storage;

/// <summary>The key ring cannot be read or written. The message is for the operator: cause, then remedy; never a part of a key.</summary>
public sealed class KeyRingException : Exception
{
    /// <summary>Makes an exception without words.</summary>
    public KeyRingException()
    {
    }

    /// <summary>Makes an exception of cause and remedy.</summary>
    public KeyRingException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception of cause and remedy.</summary>
    public KeyRingException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
