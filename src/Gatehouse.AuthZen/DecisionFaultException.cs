using Gatehouse.Diagnostics;

namespace Gatehouse.AuthZen;

/// <summary>
/// An exception for an answer of a decision point that violates the contract. The message names the fault for the operator and contains nothing of
/// the answer.
/// </summary>
public sealed class DecisionFaultException : Exception, IContentFreeFault
{
    /// <summary>Creates the exception.</summary>
    public DecisionFaultException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public DecisionFaultException() : this("the answer is no decision")
    {
    }

    /// <summary>Creates the exception.</summary>
    public DecisionFaultException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
