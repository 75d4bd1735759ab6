using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Validate;

/// <summary>
/// The rule for a server without the requested era (T10): an answer with the server's revisions lets a client of both eras fall back.
/// </summary>
internal static class EraRule
{
    /// <summary>Requires that the server supports the era of the exchange.</summary>
    /// <exception cref="RefusalException"><see cref="Reasons.RevisionUnsupported"/> for a modern request to a server that supports only the legacy
    /// era.</exception>
    public static async ValueTask RequireAsync(Exchange exchange, ICatalogue catalogue, CancellationToken cancellation)
    {
        if (!exchange.IsModern) return;
        var profile = await catalogue.ProfileAsync(exchange.Server, exchange.Subject, cancellation).ConfigureAwait(false);
        if (profile.Modern.Contains(exchange.Revision!.Text)) return;
        throw new RefusalException(new Refusal(Reasons.RevisionUnsupported, "the server's era")
        {
            RequestedRevision = exchange.Revision.Text,
            SupportedRevisions = profile.All,
        });
    }
}
