using Gatehouse.Audit;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Authenticate;

/// <summary>
/// The stage that authenticates the caller on a person's own machine: the account that the system named when the connection was accepted (design
/// rules 12 and 13). A message that arrived by HTTP is refused: no request line or header proves to be that person.
/// </summary>
/// <param name="person">The account at the other end of the connection.</param>
public sealed class AuthenticateLocalAccountStage(VerifiedToken person) : IStage
{
    /// <inheritdoc />
    public string Name => "authenticate";

    /// <inheritdoc />
    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return ValueTask.FromResult(Admit(exchange));
    }

    private StageOutcome Admit(Exchange exchange)
    {
        if (exchange.Head.Verb is not null)
        {
            exchange.Record.Add(new AuditPart(AuditPartKind.Authentication, AuditOutcome.Deny, "not-a-local-connection"));
            return StageOutcome.Deny(Reasons.TokenRefused, "not-a-local-connection");
        }

        exchange.Caller = person;
        exchange.Record.Add(new AuditPart(AuditPartKind.Authentication, AuditOutcome.Pass, "system-account"));
        return StageOutcome.Continue;
    }
}
