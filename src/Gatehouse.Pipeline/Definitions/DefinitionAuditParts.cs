using Gatehouse.Audit;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Text;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>The parts of events about definitions.</summary>
internal static class DefinitionAuditParts
{
    // A name is external text of any length, and an event must be bounded.
    private const int LongestName = 200;

    /// <summary>Returns the part for the withheld entry of a list.</summary>
    /// <remarks>
    /// Threat: the URI of a resource, with its query, may be about a person, and a part is in clear where no erasure reaches it. A resource and a
    /// template are named by their digest, which the lock and <c>gatehouse lock approve</c> have beside the URI.
    /// </remarks>
    public static AuditPart Of(DefinitionKind kind, string name, string reason, string digest) =>
        kind is DefinitionKind.Resource or DefinitionKind.ResourceTemplate
        ? new AuditPart(AuditPartKind.Definition, AuditOutcome.Withheld, reason, digest) : Named(kind, name, reason);

    /// <summary>Returns the part for a withheld definition of a kind that has no name.</summary>
    public static AuditPart Of(DefinitionKind kind, string reason) => Named(kind, "", reason);

    private static AuditPart Named(DefinitionKind kind, string name, string reason)
    {
        var shown = name.Length > LongestName ? name[..LongestName] : name;
        return new AuditPart(AuditPartKind.Definition, AuditOutcome.Withheld, reason, name.Length == 0
            ? DefinitionKinds.Text(kind) : $"{DefinitionKinds.Text(kind)}/{VisibleText.Escape(shown)}");
    }
}
