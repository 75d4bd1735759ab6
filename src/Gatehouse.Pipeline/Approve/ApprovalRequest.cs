using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Approve;

/// <summary>One exchange that waits for the approval of a person, with everything that is approved.</summary>
/// <param name="ExchangeId">Id of the exchange.</param>
/// <param name="Server">Name of the server.</param>
/// <param name="Caller">Who called.</param>
/// <param name="Message">The message in the form in which it goes on: after every edit, and decided on in this form.</param>
/// <param name="Questions">Why it is asked; at least one.</param>
/// <param name="At">When the exchange began.</param>
public sealed record ApprovalRequest(
    string ExchangeId, string Server, PolicySubject Caller, ValidatedMessage Message, IReadOnlyList<ApprovalQuestion> Questions, DateTimeOffset At);
