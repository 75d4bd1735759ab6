using Gatehouse.Detection.Findings;

namespace Gatehouse.Inventory.Model;

/// <summary>One fault at one place. No text of a finding holds the value of a secret.</summary>
/// <param name="Rule">Its kind.</param>
/// <param name="Confidence">The confidence of the finding.</param>
/// <param name="Message">The finding in words; outside text in it is not escaped yet.</param>
/// <param name="Place">The place of the finding.</param>
/// <param name="Server">Name of the server that it is about, or null when it is about no single one.</param>
/// <param name="Client">Name of the client that reads the file, or null when it is about no client.</param>
public sealed record Finding(FindingRule Rule, Confidence Confidence, string Message, SourceLocation Place, string? Server, string? Client)
{
    /// <summary>
    /// The value that the finding is about, such as the name of a variable: it tells two findings of one rule and server apart, whatever the message
    /// says. Empty where there is one at most. Never a secret.
    /// </summary>
    public string Evidence { get; init; } = "";

    /// <summary>True for a secret in a file or the history of a repository. Its evidence is a digest by which a suppression can name it.</summary>
    internal bool IsInRepository => Rule == FindingRules.SecretInRepository || Rule == FindingRules.SecretInHistory;

    /// <summary>The place within a definition, for text of a server's definition; otherwise null.</summary>
    public FoundText? Text { get; init; }
}
