using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>A question of the gateway to the client of a session. The client answers it once.</summary>
/// <param name="id">Id of the question.</param>
internal sealed class OwnQuestion(JsonRpcId id)
{
    private readonly TaskCompletionSource<ConfirmationChoice> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Id of the question.</summary>
    public JsonRpcId Id => id;

    /// <summary>Completes with the answer.</summary>
    public Task<ConfirmationChoice> Answer => answer.Task;

    /// <summary>Takes the answer. False when there was one.</summary>
    public bool TryAnswer(ConfirmationChoice choice) => answer.TrySetResult(choice);
}
