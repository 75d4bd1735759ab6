namespace Gatehouse.Bench.Micro;

/// <summary>What the parts of a pipeline wait for, until it is released on the thread that measures. Not safe for concurrent use.</summary>
internal sealed class Waits
{
    private readonly Queue<Action> waiting = [];

    /// <summary>Returns a value once it is released.</summary>
    public ValueTask<T> For<T>(T value)
    {
        var released = new TaskCompletionSource<T>(); // what waits continues within the release
        waiting.Enqueue(() => released.SetResult(value));
        return new ValueTask<T>(released.Task);
    }

    /// <summary>Releases what waits, and what is waited for then.</summary>
    public void Release()
    {
        while (waiting.TryDequeue(out var one)) one();
    }
}
