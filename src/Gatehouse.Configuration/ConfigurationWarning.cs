namespace Gatehouse.Configuration;

/// <summary>Something that a configuration may say and that its operator should know: the gateway starts all the same.</summary>
/// <param name="Path">The key it is about.</param>
/// <param name="Message">What follows from it.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record ConfigurationWarning(string Path, string Message, string Remedy)
{
    /// <summary>All of it in one line.</summary>
    public override string ToString() => $"warning: {Path}: {Message}; {Remedy}";
}
