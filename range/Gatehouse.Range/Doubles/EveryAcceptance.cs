using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Range.Doubles;

/// <summary>Takes each accepted form of a confirmation as a yes, whatever its values are.</summary>
internal sealed class EveryAcceptance(IConfirmations real) : IConfirmations
{
    public ValueTask<OpenedConfirmation> OpenAsync(ApprovalRequest request, CancellationToken cancellation) => real.OpenAsync(request, cancellation);

    public ValueTask<ApprovalAnswer> AwaitAsync(
        ApprovalRequest request, OpenedConfirmation opened, Task<ConfirmationChoice> answer, CancellationToken cancellation) =>
        real.AwaitAsync(request, opened, TakenAsync(answer), cancellation);

    public ValueTask<ApprovalAnswer> AnswerAsync(
        ApprovalRequest request, RequestState state, ConfirmationChoice choice, CancellationToken cancellation) =>
        real.AnswerAsync(request, state, Taken(choice), cancellation);

    public ApprovalAnswer? Continue(ApprovalRequest request) => real.Continue(request);

    public ValueTask CloseAsync(string id, string why) => real.CloseAsync(id, why);

    private static async Task<ConfirmationChoice> TakenAsync(Task<ConfirmationChoice> answer) => Taken(await answer.ConfigureAwait(false));

    private static ConfirmationChoice Taken(ConfirmationChoice choice) => choice switch
    {
        ConfirmationChoice.WithoutChoice or ConfirmationChoice.OtherChoice or ConfirmationChoice.MoreThanAsked => ConfirmationChoice.Yes,
        _ => choice,
    };
}
