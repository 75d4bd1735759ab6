using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Requests;

/// <summary>The combined verdict of all rules on one message from a client.</summary>
public readonly struct RequestVerdict
{
    private RequestVerdict(ValidatedMessage? message, IReadOnlyList<ApprovalQuestion>? questions, Refusal? refusal)
    {
        Message = message;
        Questions = questions ?? [];
        Refusal = refusal;
    }

    /// <summary>The message that continues, changed or not; null when none does.</summary>
    public ValidatedMessage? Message { get; }

    /// <summary>The approvals of a person that it needs before it continues.</summary>
    public IReadOnlyList<ApprovalQuestion> Questions { get; }

    /// <summary>The reason why a notification is not forwarded, while its sender is answered as if it were; null when it continues.</summary>
    public string? Dropped { get; private init; }

    /// <summary>The reason why the exchange ends; null when it continues.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Creates a verdict that passes the message.</summary>
    public static RequestVerdict Pass(ValidatedMessage message, IReadOnlyList<ApprovalQuestion>? questions) => new(message, questions, null);

    /// <summary>Creates a verdict that drops the notification.</summary>
    public static RequestVerdict Drop(string reason) => new(null, null, null) { Dropped = reason };

    /// <summary>Creates a verdict that ends the exchange.</summary>
    public static RequestVerdict Refuse(Refusal refusal) => new(null, null, refusal);
}
