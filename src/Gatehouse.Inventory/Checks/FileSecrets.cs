using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Inventory.Discovery;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Checks;

/// <summary>Secrets anywhere in a configuration, beyond the fields of its servers.</summary>
internal static class FileSecrets
{
    public static IEnumerable<Finding> Of(ReadFile file, IReadOnlySet<SourceLocation> told)
    {
        var stack = new Stack<(string Name, ConfigNode Node)>([("", file.Root)]);
        while (stack.TryPop(out var next))
        {
            foreach (var member in next.Node.Members) stack.Push((member.Name, member.Value));
            foreach (var item in next.Node.Items) stack.Push((next.Name, item));
            if (next.Node.Kind != ConfigNodeKind.Text || next.Node.Text.Length < 8 || told.Contains(next.Node.PlaceIn(file.File.Path))) continue;
            if (Kind(next.Name, next.Node.Text) is not { } found) continue;
            var rule = file.File.Place.Scope == LocationScope.Workspace ? FindingRules.SecretInWorkspace : FindingRules.SecretInFile;
            yield return new Finding(rule, found.Confidence, $"{next.Name} holds a secret ({found.Kind})", next.Node.PlaceIn(file.File.Path),
                null, file.File.Place.Client)
            { Evidence = next.Name };
        }
    }

    private static (string Kind, Confidence Confidence)? Kind(string name, string text)
    {
        // Bare base 64 without a name, and long prose (a client keeps its history in the file), are no evidence.
        var hit = SecretDetector.Find(text).FirstOrDefault(hit => hit.Confidence >= Confidence.Medium);
        if (hit.Kind is not null) return (hit.Kind, hit.Confidence);
        return text.Length <= 256 && SecretDetector.ByName(name, text) is { } confidence ? ("by its name", confidence) : null;
    }
}
