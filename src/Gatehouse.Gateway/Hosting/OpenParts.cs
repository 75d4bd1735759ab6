namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The parts that a start has opened so far. When the start fails, disposal closes them, the last one first. A start that succeeds gives them to
/// their owner and never disposes this list.
/// </summary>
internal sealed class OpenParts : IAsyncDisposable
{
    private readonly Stack<object> parts = new();

    /// <summary>Notes a part that was opened, and returns it.</summary>
    public T Add<T>(T part)
        where T : class
    {
        parts.Push(part);
        return part;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        while (parts.TryPop(out var part))
        {
            if (part is IAsyncDisposable later) await later.DisposeAsync().ConfigureAwait(false);
            else (part as IDisposable)?.Dispose();
        }
    }
}
