using Gatehouse.Pipeline.Lists;
using Gatehouse.Refusals;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>The refusal of requests that need a list which its server does not show.</summary>
internal static class MissingList
{
    /// <summary>
    /// Returns the refusal (<see cref="Reasons.DefinitionMissing"/>) for the cause. Where the cause says when the server can be asked again, it does too.
    /// </summary>
    public static Refusal Of(ListKind kind, Refusal cause) =>
        new(Reasons.DefinitionMissing, Why(ListKinds.Method(kind), cause)) { Words = cause.Words, RetryAfter = cause.RetryAfter };

    private static string Why(string method, Refusal cause) => cause.Detail is { Length: > 0 } detail && detail != method
        ? $"{method}: {cause.Reason.Slug}: {detail}"
        : $"{method}: {cause.Reason.Slug}";
}
