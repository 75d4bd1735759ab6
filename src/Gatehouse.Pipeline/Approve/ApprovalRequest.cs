using Gatehouse.Pipeline.Exchanges;
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
