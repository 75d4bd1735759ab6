namespace Gatehouse.Storage;

/// <summary>A wait that blocks its thread, for the threads that the queues of the store have for themselves.</summary>
internal static class BlockingWait
{
    /// <summary>Blocks until the result is there.</summary>
    public static T For<T>(ValueTask<T> value)
    {
#pragma warning disable RS0030 // A thread of its own, on which no request runs.
        return value.AsTask().GetAwaiter().GetResult();
#pragma warning restore RS0030
    }
}
