using Gatehouse.Detection.Findings;

namespace Gatehouse.Inventory.Model;

/// <summary>One thing that is wrong at one place. No text of a finding holds the value of a secret.</summary>
/// <param name="Rule">Its kind.</param>
/// <param name="Confidence">How sure it is.</param>
/// <param name="Message">What was found here; outside text in it is not escaped yet.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="Server">Name of the server that it is about; null when it is about no single one.</param>
/// <param name="Client">Name of the client that reads the file; null when it is about no client.</param>
public sealed record Finding(FindingRule Rule, Confidence Confidence, string Message, SourceLocation Place, string? Server, string? Client)
{
    /// <summary>Where in a definition it stands, for what a server told of itself; null else.</summary>
    public FoundText? Text { get; init; }
}
