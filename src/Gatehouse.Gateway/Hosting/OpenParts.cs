using System.Runtime.ExceptionServices;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Parts that are open. Disposal closes them, the last one first. A part that fails to close leaves no other part open, and its fault is kept: thrown
/// from here, it would hide the reason why a start failed. A start that succeeds gives its parts to their owner and never disposes the list.
/// </summary>
internal sealed class OpenParts : IAsyncDisposable
{
    private readonly Stack<Func<ValueTask>> closing = new();

    private ExceptionDispatchInfo? first;

    /// <summary>Closes the parts of a start that failed, the last one first. The fault of the start is the one to report.</summary>
    /// <param name="parts">The parts in the order in which they were opened; those that are null were not opened.</param>
    public static async ValueTask CloseAsync(params object?[] parts)
    {
        var open = new OpenParts();
        foreach (var part in parts.OfType<object>()) open.Add(part);
        await open.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Notes a part that was opened, and returns it.</summary>
    public T Add<T>(T part)
        where T : class
    {
        closing.Push(() => CloseOneAsync(part));
        return part;
    }

    /// <summary>Notes a step of the closing.</summary>
    public void AddStep(Func<Task> step) => closing.Push(() => new ValueTask(step()));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        while (closing.TryPop(out var close))
        {
            try
            {
                await close().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever it was, the other parts are closed too.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                first ??= ExceptionDispatchInfo.Capture(fault);
            }
        }
    }

    /// <summary>Closes the parts, and then throws the first fault of a part that failed to close.</summary>
    public async ValueTask CloseOrThrowAsync()
    {
        await DisposeAsync().ConfigureAwait(false);
        first?.Throw();
    }

    private static async ValueTask CloseOneAsync(object part)
    {
        if (part is IAsyncDisposable later) await later.DisposeAsync().ConfigureAwait(false);
        else (part as IDisposable)?.Dispose();
    }
}
