using Gatehouse.AuthZen.Serving;
using Gatehouse.Containment;
using Gatehouse.Identity.Revocations;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Containments and revocations for questions of other enforcement points, which name a party and have no token of it.</summary>
/// <param name="containments">What is contained.</param>
/// <param name="callers">The revocations, and the issuers whose callers are trusted.</param>
internal sealed class BarredParties(ContainmentState containments, CallerRevocations callers) : IBarredParties
{
    /// <inheritdoc />
    public string? Find(PolicySubject subject, PolicyRequest request, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var contained = containments.Current;
        if (contained.Server(request.Server) is not null) return DecisionReasons.Contained;
        if (request is { Target: PolicyTarget.Tool, Name: { } tool } && contained.Tool(request.Server, tool) is not null)
            return DecisionReasons.Contained;
        // A subject without an issuer may be that of any: a name that one of them bars is refused.
        foreach (var issuer in subject.Issuer.Length > 0 ? [subject.Issuer] : callers.Issuers())
        {
            if (contained.Caller(issuer, subject.Subject, subject.ClientId) is not null) return DecisionReasons.Contained;
            if (callers.List.IsPartyRevoked(issuer, subject.Subject, subject.ClientId, at)) return DecisionReasons.Revoked;
        }

        return null;
    }
}
