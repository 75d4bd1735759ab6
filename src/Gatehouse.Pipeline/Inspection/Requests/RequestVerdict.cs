using Gatehouse.Pipeline.Approve;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Requests;

/// <summary>What all rules together decide about one message from a client.</summary>
public readonly struct RequestVerdict
{
    private RequestVerdict(ValidatedMessage? message, IReadOnlyList<ApprovalQuestion>? questions, Refusal? refusal)
    {
        Message = message;
        Questions = questions ?? [];
        Refusal = refusal;
    }

    /// <summary>The message that goes on, changed or not; null when none does.</summary>
    public ValidatedMessage? Message { get; }

    /// <summary>The approvals of a person that it needs before it goes on.</summary>
    public IReadOnlyList<ApprovalQuestion> Questions { get; }

    /// <summary>Why a notification goes no further, while its sender is answered as if it did; null when it goes on.</summary>
    public string? Dropped { get; private init; }

    /// <summary>Why the exchange ends; null when it goes on.</summary>
    public Refusal? Refusal { get; }

    /// <summary>The message goes on.</summary>
    public static RequestVerdict Pass(ValidatedMessage message, IReadOnlyList<ApprovalQuestion>? questions) => new(message, questions, null);

    /// <summary>The notification goes no further.</summary>
    public static RequestVerdict Drop(string reason) => new(null, null, null) { Dropped = reason };

    /// <summary>The exchange ends.</summary>
    public static RequestVerdict Refuse(Refusal refusal) => new(null, null, refusal);
}
