namespace Gatehouse.Detection;

/// <summary>
/// Objects that are used again. A bounded number of them wait for the next use; one that finds no place is left to the collector. To take or return
/// one touches one place and waits for no other thread, where the bag of the framework takes the locks of all threads to know how many it holds.
/// Safe for concurrent use.
/// </summary>
/// <param name="create">Makes an object where none waits.</param>
internal sealed class IdleObjects<T>(Func<T> create)
    where T : class
{
    private static readonly int MostIdle = 2 * Environment.ProcessorCount;

    private readonly T?[] places = new T?[MostIdle];

    /// <summary>Returns an object that nobody else uses.</summary>
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

    // Each core begins at a place of its own.
    private int Beginning() => 2 * Thread.GetCurrentProcessorId() % places.Length;
}
