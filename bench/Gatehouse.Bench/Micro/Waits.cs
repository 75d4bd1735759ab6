namespace Gatehouse.Bench.Micro;

/// <summary>Answers that are held back until the thread that measures releases them. Not safe for concurrent use.</summary>
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

    /// <summary>Releases every answer, and those that are held back meanwhile.</summary>
    public void Release()
    {
        while (waiting.TryDequeue(out var one)) one();
    }
}
