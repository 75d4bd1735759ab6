using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Gateway.Definitions;

/// <summary>What a person says about a definition.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Kind">What is defined.</param>
/// <param name="Name">Its name; empty for what a server has one of.</param>
/// <param name="Digest">The digest that the person was shown; empty for all that are approved.</param>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
internal sealed record ApprovalRecord(string Server, DefinitionKind Kind, string Name, string Digest, string By, string Reason)
{
    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? Until { get; init; }
}
