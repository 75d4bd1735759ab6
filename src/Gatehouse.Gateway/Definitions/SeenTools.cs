using System.Collections.Concurrent;
using Gatehouse.Upstreams.Catalogue;

namespace Gatehouse.Gateway.Definitions;

/// <summary>
/// The tools that a host has seen, by server. A host of wrapped servers has a catalogue for each connection; one whose connection is gone is
/// forgotten with it.
/// </summary>
internal sealed class SeenTools
{
    private readonly ConcurrentDictionary<WeakReference<ServerCatalogue>, bool> catalogues = new();

    /// <summary>Adds a catalogue.</summary>
    public void Add(ServerCatalogue catalogue)
    {
        foreach (var known in catalogues.Keys.Where(static known => !known.TryGetTarget(out _))) catalogues.TryRemove(known, out _);
        catalogues[new WeakReference<ServerCatalogue>(catalogue)] = true;
    }

    /// <summary>The number of tools that callers do not see, since a schema of theirs cannot be used.</summary>
    public int Unusable => catalogues.Keys.Sum(static known => known.TryGetTarget(out var catalogue) ? catalogue.UnusableTools : 0);

    /// <summary>Returns the tools of a server, in order; empty where no list was read.</summary>
    public IReadOnlyList<string> Of(string server) =>
    [
        .. catalogues.Keys.SelectMany(known => known.TryGetTarget(out var catalogue) ? catalogue.SeenTools(server) : [])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];
}
