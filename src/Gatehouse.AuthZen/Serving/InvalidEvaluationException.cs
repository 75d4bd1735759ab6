namespace Gatehouse.AuthZen.Serving;

/// <summary>
/// An exception for a question that cannot be answered in its present form (AuthZEN 1.0 §10.1.2). The message is for the asker and quotes nothing.
/// </summary>
public sealed class InvalidEvaluationException : Exception
{
    /// <summary>Creates the exception.</summary>
    public InvalidEvaluationException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a status other than 400.</summary>
    public InvalidEvaluationException(int status, string message) : base(message) => Status = status;

    /// <summary>Creates the exception.</summary>
    public InvalidEvaluationException() : this("the question cannot be read")
    {
    }

    /// <summary>Creates the exception.</summary>
    public InvalidEvaluationException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>The HTTP status of the whole request; 400 by default.</summary>
    public int Status { get; } = 400;
}
