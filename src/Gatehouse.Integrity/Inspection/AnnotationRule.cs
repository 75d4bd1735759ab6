using Gatehouse.Detection.Findings;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Inspection;

/// <summary>The rule for a tool that declares itself read-only, and by its name changes something (GHS9010, row H17).</summary>
internal static class AnnotationRule
{
    private static readonly HashSet<string> Changing = new(StringComparer.Ordinal)
    {
        "delete", "remove", "drop", "write", "overwrite", "destroy", "wipe", "purge", "send", "move", "rename", "edit", "update", "create", "insert",
        "install", "uninstall", "upload", "kill",
        "terminate", "erase", "truncate", "revoke", "transfer", "pay", "publish", "deploy", "merge", "commit", "push",
    };

    public static void Judge(ServerDefinition tool, List<DefinitionFinding> findings)
    {
        var bytes = tool.Bytes.Span;
        if (!JsonWalk.TryFindMember(bytes, tool.Range, "annotations"u8, out var annotations)
            || !JsonWalk.TryFindMember(bytes, annotations, "readOnlyHint"u8, out var hint) || !hint.Of(bytes).SequenceEqual("true"u8))
            return;
        var words = ParameterRules.Words(tool.Name).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // The first word names the action. Further words may name its object, as in "list updates".
        if (words.Length > 0 && Changing.Contains(words[0]))
            StructureRules.Tell(tool, hint, "/annotations/readOnlyHint", DetectionRules.Mismatch, Confidence.Medium,
                "its name says that it changes something", findings);
    }
}
