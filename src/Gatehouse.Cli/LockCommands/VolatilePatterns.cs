using Gatehouse.Cli.Output;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;

namespace Gatehouse.Cli.LockCommands;

/// <summary>Reads <c>server/tool/name#/pointer=pattern</c>.</summary>
internal static class VolatilePatterns
{
    /// <summary>Reads the rules by server. Returns null when one is none; the fault was printed.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<LockedVolatility>>? Read(IReadOnlyList<string> texts, string reason)
    {
        var rules = new List<(string Server, LockedVolatility Rule)>();
        foreach (var text in texts)
        {
            var hash = text.IndexOf('#', StringComparison.Ordinal);
            var equals = hash < 0 ? -1 : text.IndexOf('=', hash);
            if (equals < 0 || !DefinitionRef.TryParse(text[..hash], out var place) || place.Kind is not { } kind
                || DefinitionKinds.IsNamed(kind) != place.Name is not null)
            {
                Terminal.Fault($"--pattern {text}: use the form server/tool/name#/description=PATTERN");
                return null;
            }

            if (!VolatileRule.TryCreate(kind, place.Name ?? "", text[(hash + 1)..equals], text[(equals + 1)..], out var rule, out var fault))
            {
                Terminal.Fault($"--pattern {text}: {fault}");
                return null;
            }

            rules.Add((place.Server, new LockedVolatility(rule, reason)));
        }

        return rules.GroupBy(one => one.Server, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<LockedVolatility>)[.. group.Select(one => one.Rule)], StringComparer.Ordinal);
    }
}
