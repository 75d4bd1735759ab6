namespace Gatehouse.Pipeline.Schemas;

/// <summary>
/// How many schemas of one server are kept compiled. When they take more than the bound, those compiled first are let go and are
/// compiled again when needed (design rule 8). Safe for concurrent use.
/// </summary>
/// <param name="maxBytes">Most bytes that they may take together, by estimate; the last one compiled is kept whatever it takes.</param>
public sealed class SchemaCache(long maxBytes = SchemaCache.DefaultBytes)
{
    /// <summary>The bound where none is named: 32 MiB.</summary>
    public const long DefaultBytes = 32L << 20;

    private readonly Lock gate = new();
    private readonly Queue<(ToolSchema Schema, long Weight)> kept = new();
    private long held;

    /// <summary>How many are kept.</summary>
    public int Count
    {
        get
        {
            lock (gate) return kept.Count;
        }
    }

    /// <summary>Notes that a schema was compiled, and has others let go where there are too many.</summary>
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
