using System.Collections.Concurrent;

namespace Gatehouse.Pipeline.Inspection.Texts;

/// <summary>
/// Counts, by source, the texts that were nearly findings. Many of one source in a short time are a finding of their own: an attacker may be trying
/// which texts pass (CWE-799). Bounded; safe for concurrent use.
/// </summary>
internal sealed class NearMisses(TimeProvider time)
{
    /// <summary>So many near misses of one source within <see cref="Window"/> are a finding.</summary>
    public const int Many = 20;

    /// <summary>Most sources that are counted at the same time.</summary>
    public const int MostSources = 4_096;

    /// <summary>The time in which they are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Count> sources = new(StringComparer.Ordinal);

    /// <summary>Counts one, and returns true for the one that makes them many.</summary>
    /// <param name="source">The source: a server, or a caller at a server.</param>
    public bool IsOneTooMany(string source)
    {
        var now = time.GetUtcNow();
        if (sources.Count >= MostSources)
        {
            foreach (var (name, count) in sources)
            {
                if (now - count.Since >= Window) sources.TryRemove(name, out _);
            }

            if (sources.Count >= MostSources && !sources.ContainsKey(source)) return false;
        }

        var counted = sources.AddOrUpdate(source, _ => new Count(now, 1), (_, known) => now - known.Since >= Window
            ? new Count(now, 1) : known with { Number = known.Number + 1 });
        return counted.Number == Many;
    }

    private sealed record Count(DateTimeOffset Since, int Number);
}
