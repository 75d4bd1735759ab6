namespace Gatehouse.Gateway.Opinions;

/// <summary>A service gives no opinion. The message names cause and remedy in words of this program, and has no text of an answer.</summary>
internal sealed class OpinionFaultException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="word">The word of the record.</param>
    /// <param name="message">Cause and remedy.</param>
    /// <param name="pause">The time for which the service asks for no further request; null for none.</param>
    public OpinionFaultException(string word, string message, TimeSpan? pause = null) : base(message) =>
        (Word, What, Pause) = (word, message, pause);

    /// <summary>Creates the exception.</summary>
    public OpinionFaultException(string message, Exception innerException) : base(message, innerException) => What = message;

    /// <summary>Creates the exception.</summary>
    public OpinionFaultException() : base("no opinion")
    {
    }

    /// <summary>The word of the record.</summary>
    public string Word { get; } = "unreachable";

    /// <summary>Cause and remedy, in words of this program.</summary>
    public string What { get; } = "no opinion";

    /// <summary>The time for which the service asks for no further request; null for none.</summary>
    public TimeSpan? Pause { get; }
}
