using Gatehouse.Pipeline.Lists;
using Gatehouse.Refusals;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>Makes the refusal of requests that need a list which the server did not give.</summary>
internal static class MissingList
{
    /// <summary>Returns the refusal (<see cref="Reasons.DefinitionMissing"/>), with the words and the <c>Retry-After</c> of its cause.</summary>
    public static Refusal Of(ListKind kind, Refusal cause) =>
        new(Reasons.DefinitionMissing, Why(ListKinds.Method(kind), cause)) { Words = cause.Words, RetryAfter = cause.RetryAfter };

    /// <summary>
    /// Returns whether a refusal is the caller's answer as it is, and no missing list: the session is gone, the list is reported already, or the
    /// caller has to do something for a credential.
    /// </summary>
    public static bool IsOther(Refusal cause) => cause.Reason == Reasons.SessionUnknown || cause.Reason == Reasons.DefinitionMissing
        || cause.Reason == Reasons.CredentialNotNow || cause.Reason == Reasons.CredentialSignInAgain
        || cause.Reason == Reasons.CredentialConsentNeeded || cause.Reason == Reasons.CredentialDenied
        || cause.Reason == Reasons.ConnectionNeeded || cause.Reason == Reasons.ConnectionImpossible;

    private static string Why(string method, Refusal cause) => cause.Detail is { Length: > 0 } detail && detail != method
        ? $"{method}: {cause.Reason.Slug}: {detail}"
        : $"{method}: {cause.Reason.Slug}";
}
