namespace Gatehouse.Audit.Witness;

/// <summary>A log that a witness does not take, with what to do.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="remedy">What to do.</param>
public sealed class WitnessRefusalException(string message, string remedy) : Exception(message)
{
    /// <summary>What to do.</summary>
    public string Remedy { get; } = remedy;
}
