namespace Gatehouse.AuthZen;

/// <summary>
/// What a decision point sent is not what the contract says. The message names the fault for the operator and holds nothing of
/// what was sent.
/// </summary>
public sealed class DecisionFaultException : Exception
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
