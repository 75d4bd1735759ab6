namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>An implementation does not do what its contract says; the message names the promise.</summary>
public sealed class ContractViolationException : Exception
{
    /// <summary>Makes an exception without words.</summary>
    public ContractViolationException()
    {
    }

    /// <summary>Makes an exception of what was expected and what was found.</summary>
    public ContractViolationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception of what was expected and what was found.</summary>
    public ContractViolationException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
