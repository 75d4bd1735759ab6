namespace Gatehouse.Configuration;

/// <summary>A setting that a configuration may have and that its operator should know: the gateway still starts.</summary>
/// <param name="Path">The key it is about.</param>
/// <param name="Message">The consequence.</param>
/// <param name="Remedy">The replacement.</param>
public sealed record ConfigurationWarning(string Path, string Message, string Remedy)
{
    /// <summary>All of it in one line, without the prefix <c>warning: </c>.</summary>
    public string Text => $"{Path}: {Message}; {Remedy}";

    /// <summary>Returns all of it in one line.</summary>
    public override string ToString() => $"warning: {Text}";
}
