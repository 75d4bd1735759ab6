using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Pipeline.Resolve;

/// <summary>
/// Handles that servers issue: <c>requestState</c>, cursors of task lists, and task ids. They are the new session ids, so they never cross users
/// (ST-07; H01-H04, X01).
/// </summary>
/// <remarks>
/// The owner of a task may have to be read from the store, so those questions are asynchronous; they complete synchronously, without a task, if the
/// answer is in memory. An envelope is self-contained, so opening one reads no store.
/// </remarks>
public interface IStateHandles
{
    /// <summary>
    /// Seals a server's request state in an envelope of the gateway, bound to caller, server, method, name and arguments, and to a time.
    /// </summary>
    /// <param name="exchange">The exchange whose result contains it.</param>
    /// <param name="state">The server's state as its raw JSON token.</param>
    string SealState(Exchange exchange, ReadOnlySpan<byte> state);

    /// <summary>
    /// Seals a state that is used once, bound and limited in time as <see cref="SealState"/> does it. Null when there is no room to remember that it
    /// is not used yet.
    /// </summary>
    /// <param name="exchange">The exchange that the state continues.</param>
    /// <param name="state">Its content, of another kind than <see cref="StateKind.Server"/>.</param>
    string? SealOnce(Exchange exchange, RequestState state);

    /// <summary>
    /// Opens an envelope. A state that is used once is used up by it. Null when the envelope is not the gateway's, belongs to another caller or
    /// request, is too old, was used, or was given out before a restart although it is used once.
    /// </summary>
    RequestState? OpenState(Exchange exchange, string envelope);

    /// <summary>Records that the task belongs to the exchange's caller, unless another caller owns it.</summary>
    ValueTask<TaskClaim> ClaimTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation);

    /// <summary>
    /// Returns the tool whose call became the caller's task; null when the task is not the caller's, or did not result from a call.
    /// </summary>
    ValueTask<TaskTool?> ToolOfTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation);

    /// <summary>Tells whether the task belongs to the exchange's caller. An unknown task belongs to no caller.</summary>
    ValueTask<bool> OwnsTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation);

    /// <summary>Tells whether the task is known and belongs to another caller.</summary>
    ValueTask<bool> IsOfAnotherAsync(Exchange exchange, string taskId, CancellationToken cancellation);
}
