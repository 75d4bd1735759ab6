using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Pipeline.Approve;

/// <summary>
/// Confirmations: questions to the person at the client that calls, in the conversation itself. They stop mistakes. They do not stop a hostile agent,
/// which can answer in the place of the person.
/// </summary>
public interface IConfirmations
{
    /// <summary>Opens a question about a call. It is stored, and its entry is durable, before this returns.</summary>
    ValueTask<OpenedConfirmation> OpenAsync(ApprovalRequest request, CancellationToken cancellation);

    /// <summary>
    /// Waits for the client's answer to an open question, and takes it as <see cref="AnswerAsync"/> does. The question is closed when its time is
    /// over, when the call ends, and by what closes questions to approvers.
    /// </summary>
    /// <param name="request">The call.</param>
    /// <param name="opened">The question.</param>
    /// <param name="answer">Completes with the answer of the client.</param>
    /// <param name="cancellation">Ends with the call.</param>
    ValueTask<ApprovalAnswer> AwaitAsync(
        ApprovalRequest request, OpenedConfirmation opened, Task<ConfirmationChoice> answer, CancellationToken cancellation);

    /// <summary>
    /// Takes the client's answer to the question that the state of a request continues. It counts for the call with the digest of the question. It is
    /// durable, with its entry, before this returns.
    /// </summary>
    ValueTask<ApprovalAnswer> AnswerAsync(ApprovalRequest request, RequestState state, ConfirmationChoice choice, CancellationToken cancellation);

    /// <summary>Returns the answer for a later round of a call that was confirmed and used; null where the request is none.</summary>
    ApprovalAnswer? Continue(ApprovalRequest request);

    /// <summary>Closes a question that cannot be answered any more.</summary>
    /// <param name="id">The question.</param>
    /// <param name="why">The cause, as a word for the record.</param>
    ValueTask CloseAsync(string id, string why);
}

/// <summary>A question to the person at a client.</summary>
/// <param name="Id">Its id; not a secret. Empty where it was not opened.</param>
/// <param name="Text">The text that the person is shown.</param>
/// <param name="Digest">Keyed digest of the question.</param>
/// <param name="Ended">Completes when something else than an answer ended it.</param>
public sealed record OpenedConfirmation(string Id, string Text, ReadOnlyMemory<byte> Digest, Task<ApprovalAnswer> Ended)
{
    /// <summary>The reason why it cannot be asked, as a word for the record; null where it is open.</summary>
    public string? WhyNot { get; private init; }

    /// <summary>True where too many questions are open.</summary>
    public bool IsCrowded { get; private init; }

    /// <summary>Too many questions are open.</summary>
    public static OpenedConfirmation Crowded { get; } = Not("crowded") with { IsCrowded = true };

    /// <summary>Returns that a question cannot be asked.</summary>
    /// <param name="why">The cause, as a word for the record.</param>
    public static OpenedConfirmation Not(string why) => new("", "", default, Task.FromResult(default(ApprovalAnswer))) { WhyNot = why };
}
