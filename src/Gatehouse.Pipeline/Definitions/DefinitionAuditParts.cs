using Gatehouse.Audit;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Text;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>The parts of events about definitions.</summary>
internal static class DefinitionAuditParts
{
    // A name is external text of any length, and an event must be bounded.
    private const int LongestName = 200;

    /// <summary>Returns the part for a definition that was withheld.</summary>
    public static AuditPart Of(DefinitionKind kind, string name, string reason)
    {
        var shown = name.Length > LongestName ? name[..LongestName] : name;
        return new AuditPart(AuditPartKind.Definition, AuditOutcome.Withheld, reason, name.Length == 0
            ? DefinitionKinds.Text(kind) : $"{DefinitionKinds.Text(kind)}/{VisibleText.Escape(shown)}");
    }
}
