namespace Gatehouse.Audit.Witness;

/// <summary>A log that a witness does not take, or a witness that is not there, with what to do.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="remedy">What to do.</param>
/// <param name="isAbsent">True where there is no witness to ask.</param>
public sealed class WitnessRefusalException(string message, string remedy, bool isAbsent = false) : Exception(message)
{
    /// <summary>True where there is no witness to ask.</summary>
    public bool IsAbsent { get; } = isAbsent;

    /// <summary>The next step for the person, in one sentence.</summary>
    public string Remedy { get; } = remedy;
}
