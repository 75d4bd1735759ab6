namespace Gatehouse.Cli.Output;

/// <summary>A person's answer to a question at the terminal.</summary>
/// <param name="IsGiven">True when the person typed <c>yes</c>.</param>
/// <param name="HasTerminal">False when there was no terminal to ask at.</param>
internal readonly record struct Confirmation(bool IsGiven, bool HasTerminal)
{
    /// <summary>The reason for which the act is not confirmed, as a clause without a full stop.</summary>
    public string Reason => HasTerminal ? "the answer was not 'yes'" : "there is no terminal at which a person can confirm";
}
