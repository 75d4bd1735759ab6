using System.Runtime.CompilerServices;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy;

namespace Gatehouse.Credentials;

/// <summary>
/// The tokens of callers, each beside the caller as the policy sees it. A token is gone with that object, which lives as long as the token is
/// remembered as good, or an exchange or a session of it. Nothing writes it to a disk.
/// </summary>
internal sealed class CallerTokens : ICallerTokens
{
    private readonly ConditionalWeakTable<PolicySubject, CallerToken> kept = [];

    /// <inheritdoc />
    public void Keep(AccessTokenValue token, VerifiedToken caller)
    {
        var subject = PolicySubjects.Of(caller);
        if (!kept.TryGetValue(subject, out _)) kept.AddOrUpdate(subject, new CallerToken(token, caller));
    }

    /// <summary>Returns the token of a caller; null where no token of the caller is kept.</summary>
    public CallerToken? Find(PolicySubject caller) => kept.TryGetValue(caller, out var token) ? token : null;
}
