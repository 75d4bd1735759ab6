using Gatehouse.Identity.Bearer;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The result of issuing an authorization code.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Code">The code; null when there is none.</param>
/// <param name="GrantId">Identifier of the grant; of the earlier one where the confirmation came before; null for none.</param>
internal readonly record struct CodeIssue(CodeIssueOutcome Outcome, SecretText? Code, string? GrantId);
