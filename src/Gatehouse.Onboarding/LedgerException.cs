namespace Gatehouse.Onboarding;

/// <summary>The ledger of wrapped servers cannot be used; the message names the remedy.</summary>
public sealed class LedgerException : Exception
{
    /// <summary>Makes a fault.</summary>
    public LedgerException()
    {
    }

    /// <summary>Makes a fault with its message.</summary>
    public LedgerException(string message)
        : base(message)
    {
    }

    /// <summary>Makes a fault with its message and cause.</summary>
    public LedgerException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
