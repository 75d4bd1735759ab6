using Gatehouse.Pipeline.Configuration;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Stages;

/// <summary>
/// Which upstream, and does it speak this era? Sends the message in its original bytes with the gateway's own
/// credential. No API here or below takes the caller's token (design rule 5).
/// </summary>
public sealed class ForwardStage(Func<ServerSettings, IUpstream> upstreams, ICatalogue catalogue)
{
    /// <summary>The stage's verb.</summary>
    public static string Name => "forward";

    /// <summary>Sends and returns the server's reply.</summary>
    /// <exception cref="RefusalException">The server does not speak the revision, or cannot be reached.</exception>
    public async ValueTask<IUpstreamReply> SendAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.IsModern) await RequireModernAsync(exchange, cancellation).ConfigureAwait(false);
        exchange.Record.UpstreamMessages++;
        return await upstreams(exchange.Server).SendAsync(exchange, cancellation).ConfigureAwait(false);
    }

    /// <summary>Tells the server that nobody waits any more (H33).</summary>
    public ValueTask AbandonAsync(Exchange exchange, Refusal why)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return upstreams(exchange.Server).AbandonAsync(exchange, why);
    }

    /// <summary>
    /// T31: a server of the modern era alone cannot take part in the old handshake; whatever it answers to it, the client is
    /// told which revisions the server speaks.
    /// </summary>
    /// <exception cref="RefusalException"><see cref="Reasons.RevisionUnsupported"/> for such a server.</exception>
    public async ValueTask RequireLegacyAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var profile = await catalogue.ProfileAsync(exchange.Server, cancellation).ConfigureAwait(false);
        if (profile.Legacy.Count > 0 || profile.Modern.Count == 0) return;
        throw new RefusalException(new Refusal(Reasons.RevisionUnsupported, "the server's era")
        {
            RequestedRevision = exchange.Revision?.Text,
            SupportedRevisions = profile.Modern,
        });
    }

    // T10: an honest answer with the server's revisions lets a client of both eras fall back.
    private async ValueTask RequireModernAsync(Exchange exchange, CancellationToken cancellation)
    {
        var profile = await catalogue.ProfileAsync(exchange.Server, cancellation).ConfigureAwait(false);
        if (profile.Modern.Contains(exchange.Revision!.Text)) return;
        throw new RefusalException(new Refusal(Reasons.RevisionUnsupported, "the server's era")
        {
            RequestedRevision = exchange.Revision.Text,
            SupportedRevisions = profile.All,
        });
    }
}
