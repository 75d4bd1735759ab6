using Gatehouse.Identity.Tokens;

namespace Gatehouse.ProviderEvents;

/// <summary>
/// The ids of the events of one party that had their effect. In memory and bounded: an event that comes again after a restart, or after so many
/// others, ends what the person began since, and nothing more. Safe for concurrent use.
/// </summary>
internal sealed class SeenEvents
{
    /// <summary>The most ids that are remembered; the oldest one is forgotten.</summary>
    public const int MostRemembered = 10_000;

    private readonly Lock gate = new();
    private readonly HashSet<TokenHash> seen = [];
    private readonly Queue<TokenHash> order = [];

    /// <summary>Returns whether an event had its effect.</summary>
    public bool Has(string id)
    {
        lock (gate) return seen.Contains(HashOf(id));
    }

    /// <summary>Remembers an event.</summary>
    public void Add(string id)
    {
        lock (gate)
        {
            if (!seen.Add(HashOf(id))) return;
            order.Enqueue(HashOf(id));
            if (order.Count > MostRemembered) seen.Remove(order.Dequeue());
        }
    }

    private static TokenHash HashOf(string id) => TokenHash.Of(System.Text.Encoding.UTF8.GetBytes(id));
}
