namespace Gatehouse.Gateway.Registrations;

/// <summary>A federated credential: tokens of another issuer that count as the credential of the application.</summary>
/// <param name="Path">Its JSON path.</param>
/// <param name="Id">Its id; null where it cannot be read.</param>
/// <param name="Issuer">The issuer of those tokens; empty where it cannot be read.</param>
/// <param name="Subject">Their subject, or the expression that subjects match; empty where it cannot be read.</param>
/// <param name="IsExpression">Whether the subject is an expression (<c>claimsMatchingExpression</c>).</param>
/// <param name="Audiences">Their audiences.</param>
internal sealed record FederatedCredential(
    string Path, Guid? Id, string Issuer, string Subject, bool IsExpression, IReadOnlyList<string> Audiences);
