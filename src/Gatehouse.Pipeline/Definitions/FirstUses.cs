using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// Trust on first use, where the configuration chose it: of a server that nobody locked, each kind of definitions is taken as it is
/// seen for the first time, and held to that from then on. A kind that was empty has been seen as well. Safe for concurrent use.
/// </summary>
/// <param name="keep">Told of each first use, to keep it over restarts and to record it.</param>
public sealed class FirstUses(Action<FirstUse> keep)
{
    // A server has seven kinds and at most 10,000 entries of each list; servers are those of the configuration.
    private readonly Lock gate = new();
    private readonly Dictionary<(string Server, string Source, DefinitionKind Kind), IReadOnlyDictionary<string, (string Digest, DateTimeOffset At)>> known = [];

    /// <summary>Takes up what was kept.</summary>
    public void Restore(FirstUse use)
    {
        ArgumentNullException.ThrowIfNull(use);
        lock (gate) known.TryAdd((use.Server, use.Source, use.Kind), Index(use));
    }

    /// <summary>When the definition was seen for the first time; null when it came later or is another one.</summary>
    public DateTimeOffset? TrustedAt(string server, ServerIdentity identity, DefinitionKind kind, string name, string digest)
    {
        ArgumentNullException.ThrowIfNull(identity);
        lock (gate)
        {
            return known.TryGetValue((server, identity.Source.ToString(), kind), out var all) && all.TryGetValue(name, out var one) && one.Digest == digest ? one.At : null;
        }
    }

    internal void Note(string server, ServerIdentity identity, DefinitionKind kind, IReadOnlyList<ServerDefinition> definitions, DateTimeOffset at)
    {
        var key = (server, identity.Source.ToString(), kind);
        FirstUse use;
        lock (gate)
        {
            if (known.ContainsKey(key)) return;
            use = new FirstUse(server, key.Item2, kind, [.. definitions.Select(one => (one, DefinitionDigest.Of(one)))], at);
            known[key] = Index(use);
        }

        keep(use);
    }

    private static Dictionary<string, (string, DateTimeOffset)> Index(FirstUse use) =>
        use.Definitions.ToDictionary(one => one.Definition.Name, one => (one.Digest, use.At), StringComparer.Ordinal);
}
