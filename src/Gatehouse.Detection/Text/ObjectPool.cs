namespace Gatehouse.Detection.Text;

/// <summary>
/// A pool of reusable objects, bounded by two for each processor. An object that finds no free place is left to the garbage collector. Safe for
/// concurrent use.
/// </summary>
/// <remarks>It uses no lock. A <c>ConcurrentBag</c> takes the locks of all threads to know how many objects it holds.</remarks>
/// <typeparam name="T">The objects.</typeparam>
/// <param name="create">Makes an object where the pool has none.</param>
internal sealed class ObjectPool<T>(Func<T> create)
    where T : class
{
    /// <summary>The most objects that wait for their next use.</summary>
    internal static readonly int MostIdle = 2 * Environment.ProcessorCount;

    private readonly T?[] places = new T?[MostIdle];

    /// <summary>Returns an object that no other caller uses.</summary>
    public T Take()
    {
        var at = Beginning();
        for (var i = 0; i < places.Length; i++)
        {
            ref var place = ref places[(at + i) % places.Length];
            if (Volatile.Read(ref place) is not null && Interlocked.Exchange(ref place, null) is { } idle) return idle;
        }

        return create();
    }

    /// <summary>Takes an object back that is not used any more.</summary>
    public void Return(T used)
    {
        var at = Beginning();
        for (var i = 0; i < places.Length; i++)
        {
            ref var place = ref places[(at + i) % places.Length];
            if (Volatile.Read(ref place) is null && Interlocked.CompareExchange(ref place, used, null) is null) return;
        }
    }

    // Threads of different processors begin at different places, so that they seldom meet.
    private static int Beginning() => 2 * Thread.GetCurrentProcessorId() % MostIdle;
}
