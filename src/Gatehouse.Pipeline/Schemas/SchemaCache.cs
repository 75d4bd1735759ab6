namespace Gatehouse.Pipeline.Schemas;

/// <summary>
/// The cache of one server's compiled schemas. Above the bound, the schemas that were compiled first are evicted, and compiled again when needed
/// (design rule 8). Safe for concurrent use.
/// </summary>
/// <param name="maxBytes">Most bytes that they may take together, by estimate; the one compiled last is kept whatever its size.</param>
public sealed class SchemaCache(long maxBytes = SchemaCache.DefaultBytes)
{
    /// <summary>The default bound: 32 MiB.</summary>
    public const long DefaultBytes = 32L << 20;

    private readonly Lock gate = new();
    private readonly Queue<(ToolSchema Schema, long Weight)> kept = new();
    private long held;

    /// <summary>Number of cached schemas.</summary>
    public int Count
    {
        get
        {
            lock (gate) return kept.Count;
        }
    }

    /// <summary>Records that a schema was compiled, and evicts others when there are too many.</summary>
    internal void Note(ToolSchema schema, long weight)
    {
        lock (gate)
        {
            kept.Enqueue((schema, weight));
            held += weight;
            while (held > maxBytes && kept.Count > 1)
            {
                var (oldest, freed) = kept.Dequeue();
                oldest.LetGo();
                held -= freed;
            }
        }
    }
}
