namespace Gatehouse.Storage;

/// <summary>A wait that blocks its thread, for threads of the store of their own, and for the opening of a file.</summary>
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
