using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>The verdict on one message from a server.</summary>
public readonly struct ResponseVerdict
{
    private ResponseVerdict(ValidatedMessage? message, string? dropped, Refusal? refusal)
    {
        Message = message;
        Dropped = dropped;
        Refusal = refusal;
    }

    /// <summary>The message to forward, changed or not.</summary>
    public ValidatedMessage? Message { get; }

    /// <summary>The reason why the message is dropped while the exchange continues.</summary>
    public string? Dropped { get; }

    /// <summary>True for a question that the gateway's own rules refuse, and not for one that the client cannot answer.</summary>
    public bool ByPolicy { get; private init; }

    /// <summary>True for a question that gets no answer, because it was answered or taken back.</summary>
    internal bool GetsNoAnswer { get; private init; }

    /// <summary>The reason why the exchange ends with a refusal instead of this message.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Creates a verdict that passes the message.</summary>
    public static ResponseVerdict Pass(ValidatedMessage message) => new(message, null, null);

    /// <summary>Creates the verdict for a rule that does not let the message pass.</summary>
    internal static ResponseVerdict Of(in RuleVerdict verdict) => new(null, verdict.Dropped, verdict.Refusal)
    { ByPolicy = verdict.ByPolicy, GetsNoAnswer = verdict.GetsNoAnswer };

    /// <summary>Creates a verdict that drops the message.</summary>
    public static ResponseVerdict Drop(string reason) => new(null, reason, null);

    /// <summary>Creates a verdict that ends the exchange.</summary>
    public static ResponseVerdict Refuse(Reason reason, string detail) => Refuse(new Refusal(reason, detail));

    /// <summary>Creates a verdict that ends the exchange.</summary>
    internal static ResponseVerdict Refuse(Refusal refusal) => new(null, null, refusal);
}
