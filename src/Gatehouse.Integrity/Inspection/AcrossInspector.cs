using Gatehouse.Detection;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Inspection;

/// <summary>Inspects servers that one client has together: names that are equal or look alike (GHS9011, row H22), texts that name another server's tool (GHS9012).</summary>
public static class AcrossInspector
{
    /// <summary>Shortest name of a tool that counts as one within prose; shorter ones are words.</summary>
    private const int ShortestName = 6;

    /// <summary>Inspects.</summary>
    /// <returns>Each finding with the server whose definition it is about.</returns>
    public static IReadOnlyList<(NamedServer Server, DefinitionFinding Finding)> Inspect(IReadOnlyList<NamedServer> servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        List<(NamedServer, DefinitionFinding)> findings = [];
        var byName = new Dictionary<string, List<(NamedServer Server, ServerDefinition Tool)>>(StringComparer.Ordinal);
        foreach (NamedServer server in servers)
        {
            foreach (ServerDefinition tool in server.Definitions.Where(one => one.Kind == DefinitionKind.Tool))
            {
                string skeleton = Skeleton(tool.Name);
                if (!byName.TryGetValue(skeleton, out List<(NamedServer, ServerDefinition)>? known))
                    byName[skeleton] = known = [];
                known.Add((server, tool));
            }
        }

        foreach (List<(NamedServer Server, ServerDefinition Tool)> alike in byName.Values.Where(known => known.Count > 1))
            findings.AddRange(Alike(alike));
        foreach (NamedServer server in servers)
            findings.AddRange(References(server, byName));
        return findings;
    }

    private static IEnumerable<(NamedServer, DefinitionFinding)> Alike(List<(NamedServer Server, ServerDefinition Tool)> alike)
    {
        (NamedServer first, ServerDefinition original) = alike[0];
        foreach ((NamedServer server, ServerDefinition tool) in alike.Skip(1))
        {
            if (server == first && tool.Name == original.Name)
                continue;
            bool isEqual = tool.Name == original.Name;
            yield return (server, new DefinitionFinding(DetectionRules.LookAlikeName, isEqual ? Confidence.Low : Confidence.High, tool.Kind, tool.Name, "/name", tool.Range,
                isEqual ? $"server '{first.Name}' has a tool with this name" : $"it looks like a tool of server '{first.Name}' and is spelt differently"));
        }
    }

    private static IEnumerable<(NamedServer, DefinitionFinding)> References(NamedServer server, Dictionary<string, List<(NamedServer Server, ServerDefinition Tool)>> byName)
    {
        HashSet<string> own = [.. server.Definitions.Where(one => one.Kind == DefinitionKind.Tool).Select(one => Skeleton(one.Name))];
        foreach (ServerDefinition definition in server.Definitions.Where(ReadableTexts.CanList))
        {
            foreach (ReadableText text in ReadableTexts.Of(definition).Where(text => !text.IsMemberName && text.Pointer != "/name"))
            {
                string? named = Identifiers(text.Text).Select(Skeleton).FirstOrDefault(word => !own.Contains(word) && byName.ContainsKey(word));
                if (named is null)
                    continue;
                (NamedServer other, _) = byName[named][0];
                yield return (server, MetadataInspector.About(DetectionRules.CrossReference, Confidence.Medium, text, $"it names a tool of server '{other.Name}'"));
                break;
            }
        }
    }

    // Words of prose are no names: a name has a dash, an underscore, a point or a capital within.
    private static IEnumerable<string> Identifiers(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            int end = at;
            bool isName = false;
            for (; end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-'); end++)
                isName |= text[end] is '_' or '-' || (end > at && char.IsAsciiLetterUpper(text[end]) && char.IsAsciiLetterLower(text[end - 1]));
            if (isName && end - at >= ShortestName && end - at <= 128)
                yield return text[at..end];
            at = end + 1;
        }
    }

    private static string Skeleton(string name) => TextViews.Of(TextView.Of(name)).Folded[0].Text.Replace('-', '_').Replace('1', 'l').Replace('0', 'o');
}
