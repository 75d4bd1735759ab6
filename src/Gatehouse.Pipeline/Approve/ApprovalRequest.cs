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

/// <summary>Why an exchange needs the approval of a person before it goes on.</summary>
/// <param name="Source">Slug of the rule that demands it, or id of the rule of the policy.</param>
/// <param name="Reason">Slug of the cause; for the record, and for the text of the question.</param>
public sealed record ApprovalQuestion(string Source, string Reason);
