using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Gateway.Definitions;

/// <summary>A person's decision on a definition.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Kind">The kind of the definition.</param>
/// <param name="Name">Its name. Empty for a kind of which a server has only one.</param>
/// <param name="Digest">The digest that the person was shown. Empty for all definitions that are approved.</param>
/// <param name="By">The person.</param>
/// <param name="Reason">The reason that the person gave.</param>
internal sealed record ApprovalRecord(string Server, DefinitionKind Kind, string Name, string Digest, string By, string Reason)
{
    /// <summary>The end of the decision; null for never.</summary>
    public DateTimeOffset? Until { get; init; }
}
