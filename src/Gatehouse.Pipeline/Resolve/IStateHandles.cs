namespace Gatehouse.Pipeline.Resolve;

/// <summary>
/// Server-minted handles: <c>requestState</c>, cursors of task lists, and task ids. They are the new session ids, so they never
/// cross users (ST-07; H01-H04, X01).
/// </summary>
/// <remarks>
/// Whose a task is may have to be read from the store, so those questions are asynchronous; they complete at once, without a task, where memory
/// has the answer. An envelope carries all that it says, so opening one reads no store.
/// </remarks>
public interface IStateHandles
{
    /// <summary>Puts a server's request state into an envelope of ours, bound to caller, server, method, name and arguments, and to a time.</summary>
    /// <param name="exchange">The exchange whose result carries it.</param>
    /// <param name="state">The server's state as its raw JSON token.</param>
    string SealState(Exchange exchange, ReadOnlySpan<byte> state);

    /// <summary>The server's own state; null when the envelope is not ours, not this caller's, for something else, or too old.</summary>
    byte[]? OpenState(Exchange exchange, string envelope);

    /// <summary>Notes that the task belongs to the exchange's caller, unless it is somebody else's.</summary>
    ValueTask<TaskClaim> ClaimTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation);

    /// <summary>
    /// The tool whose call became the caller's task; null when the task is not the caller's, or came of something else than a call.
    /// </summary>
    ValueTask<TaskTool?> ToolOfTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation);

    /// <summary>True when the task belongs to the exchange's caller. An unknown task belongs to nobody.</summary>
    ValueTask<bool> OwnsTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation);

    /// <summary>True when the task is known and belongs to another caller.</summary>
    ValueTask<bool> IsOfAnotherAsync(Exchange exchange, string taskId, CancellationToken cancellation);
}
