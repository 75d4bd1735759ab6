using Gatehouse.Audit;
using Gatehouse.Policy;

namespace Gatehouse.Upstreams;

/// <summary>A use of a credential that belongs to no exchange.</summary>
/// <param name="Use">The credential.</param>
/// <param name="Why">What it was used for, a word of the event model.</param>
/// <param name="Server">The server that the request was for; null for none.</param>
/// <param name="Person">The person of the use; null for all.</param>
/// <param name="Exchange">The id of the exchange that caused it; null for none.</param>
internal sealed record OutsideUse(CredentialUse Use, string Why, string? Server, PolicySubject? Person, string? Exchange)
{
    /// <summary>A request to a server: a list, a probe, the end of a session, or one behind the end of its exchange.</summary>
    public const string OfServer = "server";
}
