namespace Gatehouse.Gateway.Registrations;

/// <summary>A fault of a registration.</summary>
/// <param name="Rule">The rule that found it.</param>
/// <param name="Path">Its place in the registration, as a JSON path.</param>
/// <param name="Words">The fault, in a sentence. It may hold text of the registration.</param>
/// <param name="Command">
/// The command of <c>az</c> that mends it, or several, one a line, in their order. Words in capitals are to be replaced. Of the registration it
/// holds only characters that a shell does not interpret.
/// </param>
internal sealed record RegistrationFinding(RegistrationRule Rule, string Path, string Words, string Command)
{
    /// <summary>The result.</summary>
    public RegistrationVerdict Verdict => Rule.Verdict;
}
