using Gatehouse.Detection.Concepts;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Text;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Inspection;

/// <summary>
/// The inspection of servers that one client has together: names that are equal or look alike (GHS9011, row H22), texts that name another server's
/// tool (GHS9012).
/// </summary>
public static class AcrossInspector
{
    /// <summary>Shortest name of a tool that counts as one within prose; shorter ones are words.</summary>
    private const int ShortestName = 6;

    /// <summary>Inspects the servers.</summary>
    /// <returns>Each finding with the server whose definition it is about.</returns>
    public static IReadOnlyList<(NamedServer Server, DefinitionFinding Finding)> Inspect(IReadOnlyList<NamedServer> servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        List<(NamedServer, DefinitionFinding)> findings = [];
        var byName = new Dictionary<string, List<(NamedServer Server, ServerDefinition Tool)>>(StringComparer.Ordinal);
        foreach (var server in servers)
        {
            foreach (var tool in server.Definitions.Where(one => one.Kind == DefinitionKind.Tool))
            {
                var skeleton = Skeleton(tool.Name);
                if (!byName.TryGetValue(skeleton, out List<(NamedServer, ServerDefinition)>? known))
                    byName[skeleton] = known = [];
                known.Add((server, tool));
            }
        }

        HashSet<(NamedServer, NamedServer)> told = [];
        foreach (var alike in byName.Values.Where(known => known.Count > 1))
            findings.AddRange(Alike(alike, told));
        foreach (var server in servers)
            findings.AddRange(References(server, byName));
        return findings;
    }

    // Names that look alike are reported one by one. Of equal names, the first of each pair of servers represents all.
    private static IEnumerable<(NamedServer, DefinitionFinding)> Alike(List<(NamedServer Server, ServerDefinition Tool)> alike,
        HashSet<(NamedServer, NamedServer)> told)
    {
        (var first, var original) = alike[0];
        foreach ((var server, var tool) in alike.Skip(1))
        {
            // The same server twice, under two names: the same definition is no other one.
            if (DefinitionDigest.Of(tool) == DefinitionDigest.Of(original))
                continue;
            var isEqual = tool.Name == original.Name;
            if (isEqual && (server == first || !told.Add((first, server))))
                continue;
            yield return (server,
                new DefinitionFinding(DetectionRules.LookAlikeName, isEqual
                    ? Confidence.Low : Confidence.High, tool.Kind, tool.Name, "/name", NameOf(tool),
                isEqual ? $"server '{first.Name}' has a tool with this name too" : $"it resembles a tool of server '{first.Name}', with the spelling "
                    + $"differently"));
        }
    }

    private static ByteRange NameOf(ServerDefinition tool) =>
        JsonWalk.TryFindMember(tool.Bytes.Span, tool.Range, "name"u8, out var name) ? name : tool.Range;

    private static IEnumerable<(NamedServer, DefinitionFinding)> References(NamedServer server,
        Dictionary<string, List<(NamedServer Server, ServerDefinition Tool)>> byName)
    {
        HashSet<string> own = [.. server.Definitions.Where(one => one.Kind == DefinitionKind.Tool).Select(one => Skeleton(one.Name))];
        foreach (var definition in server.Definitions.Where(ReadableTexts.CanList))
        {
            foreach (var text in ReadableTexts.Of(definition).Where(text => !text.IsMemberName && text.Pointer != "/name"))
            {
                var found = Identifiers(text.Text)
                    .FirstOrDefault(at => byName.TryGetValue(Skeleton(text.Text[at]), out var known) && !own.Contains(Skeleton(text.Text[at]))
                    && known[0].Server != server);
                if (found.Equals(default))
                    continue;
                (var other, _) = byName[Skeleton(text.Text[found])][0];
                var view = TextView.OfJson(definition.Bytes.Span, text.Token);
                (var start, var length) = found.GetOffsetAndLength(text.Text.Length);
                yield return (server,
                    new DefinitionFinding(DetectionRules.CrossReference, IsToldWhatToDo(text.Text) ? Confidence.Medium : Confidence.Low, text.Kind,
                        text.Name, text.Pointer, view.Span(start, length), $"it names a tool of server '{other.Name}'"));
                break;
            }
        }
    }

    // A name without more may be chance. A text with an order next to the name steers the other tool.
    private static bool IsToldWhatToDo(string text) => ConceptTable.Default.Find(TextViews.Of(TextView.Of(text)).Folded[0].Text)
        .Any(mark => mark.Concept is Concept.First or Concept.Prefer or Concept.Overrule or Concept.Hush or Concept.Command);

    // Words of prose are no names: a name has a dash, an underscore, a point or a capital within.
    private static IEnumerable<Range> Identifiers(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            var isName = false;
            for (; end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-'); end++)
                isName |= text[end] is '_' or '-' || (end > at && char.IsAsciiLetterUpper(text[end]) && char.IsAsciiLetterLower(text[end - 1]));
            if (isName && end - at >= ShortestName && end - at <= 128)
                yield return at..end;
            at = end + 1;
        }
    }

    private static string Skeleton(string name) =>
        TextViews.Of(TextView.Of(name)).Folded[0].Text.Replace('-', '_').Replace('1', 'l').Replace('0', 'o');
}
