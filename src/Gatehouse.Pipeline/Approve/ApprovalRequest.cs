using Gatehouse.Policy;
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
    string ExchangeId, string Server, PolicySubject Caller, ValidatedMessage Message, IReadOnlyList<ApprovalQuestion> Questions, DateTimeOffset At);

/// <summary>The reason why an exchange needs the approval of a person before it continues.</summary>
/// <param name="Source">Slug of the rule that requires it, or id of the rule of the policy.</param>
/// <param name="Reason">Slug of the cause; for the record, and for the text of the question.</param>
public sealed record ApprovalQuestion(string Source, string Reason);
