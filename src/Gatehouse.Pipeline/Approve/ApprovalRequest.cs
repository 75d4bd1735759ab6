using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Policy.Rules;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Approve;

/// <summary>One exchange that waits for the approval of a person, with all facts that the person approves.</summary>
/// <param name="ExchangeId">Id of the exchange.</param>
/// <param name="Server">Name of the server.</param>
/// <param name="Caller">The caller.</param>
/// <param name="Message">The message as it would be forwarded: after every edit, and after the policy decision on this form.</param>
/// <param name="Questions">Reasons for asking; at least one.</param>
/// <param name="At">Time at which the exchange began.</param>
public sealed record ApprovalRequest(
    string ExchangeId, string Server, PolicySubject Caller, ValidatedMessage Message, IReadOnlyList<ApprovalQuestion> Questions, DateTimeOffset At)
{
    /// <summary>The facts that the approval is bound to.</summary>
    public required AskedCall Call { get; init; }

    /// <summary>The facts that all rounds of the call have in common. The same as <see cref="Call"/> where it is the first one.</summary>
    public required AskedCall Rounds { get; init; }

    /// <summary>The state of the gateway that the client sent with the message, used up; null for none.</summary>
    public RequestState? Continued { get; init; }

    /// <summary>Receives the id of the question once it is open, before the wait for its answer begins; null for no receiver.</summary>
    public Action<string>? Asked { get; init; }

    /// <summary>True in the modern era.</summary>
    public bool IsModern { get; init; }

    /// <summary>The snapshot that decides the exchange.</summary>
    public required GatewaySnapshot Snapshot { get; init; }

    /// <summary>The terms of all questions together: of each member the strictest one.</summary>
    public ApprovalTerms Terms { get; init; } = ApprovalTerms.Default;

    /// <summary>Those of the questions that the policy asks.</summary>
    public IReadOnlyList<ApprovalQuestion> PolicyQuestions { get; init; } = [];

    /// <summary>Id of the rule that permits the message; null for none, and for an external decision.</summary>
    public string? Permit { get; init; }

    /// <summary>Id of the session in which the message came (legacy era); null for none.</summary>
    public string? Session { get; init; }

    /// <summary>Findings of the inspection in the message.</summary>
    public IReadOnlyList<AuditPart> Findings { get; init; } = [];

    /// <summary>Targets of the message, as the policy is asked about them.</summary>
    public IReadOnlyList<PolicyRequest> Targets { get; init; } = [];

    /// <summary>Time at which the exchange ends, answered or not; null for none.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Returns the request of an exchange in its form of now.</summary>
    public static ApprovalRequest Of(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var (message, questions, call) = (exchange.Message!, exchange.Questions.All, AskedCall.Of(exchange));
        var isFirst = !message.Has(EnvelopeMember.ParamsInputResponses) && !message.Has(EnvelopeMember.ParamsRequestState);
        return new ApprovalRequest(exchange.Record.Id, exchange.Server.Name, exchange.Subject!, message, questions, exchange.Record.At)
        {
            Call = call,
            Rounds = isFirst ? call : AskedCall.OfRounds(exchange),
            Continued = exchange.Continued,
            IsModern = exchange.IsModern,
            Session = exchange.Session?.Uid,
            Permit = exchange.Decision?.RuleId,
            Asked = id => exchange.Questions.OpenId = id,
            Snapshot = exchange.Snapshot,
            Terms = questions.Select(static question => question.Terms).Aggregate(static (one, other) => one.And(other)),
            PolicyQuestions = exchange.Questions.OfPolicy,
            Findings = [.. exchange.Record.Parts.Where(static part => part.Kind == AuditPartKind.Detection)],
            Targets = PolicyTargets.Of(exchange.Server.Name, message.Method ?? "", message, exchange.Method is not null, exchange.Record.At),
            Deadline = exchange.Deadline,
        };
    }
}
