using Gatehouse.Diagnostics;
using Gatehouse.Identity.Tokens;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The lines for the operator about refused tokens: one for each issuer and cause, and further ones after a pause, with the number of tokens. Threat:
/// anyone can send tokens, so their number, and the issuers that they name, must not fill the log. Safe for concurrent use.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="time">The clock.</param>
internal sealed class RefusedTokens(ILogger log, TimeProvider time)
{
    /// <summary>The pause between two lines about one issuer and cause.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    // Issuers that were removed from the configuration stay until then.
    private const int MostKinds = 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<(string Issuer, TokenRefusal Cause), (long At, long Count)> kinds = [];

    /// <summary>Counts a refused token, and writes a line if it is time for one.</summary>
    public void Add(TokenResult result)
    {
        // The next request of an honest client has the nonce. Outages and full memory have events of their own.
        if (result.Refusal is not { } cause
            || cause is TokenRefusal.ProofNonceNeeded or TokenRefusal.KeysUnavailable or TokenRefusal.ProofMemoryFull or TokenRefusal.Missing) return;
        var (kind, now, count) = ((result.Issuer ?? "", cause), time.GetTimestamp(), 1L);
        lock (gate)
        {
            if (kinds.TryGetValue(kind, out var known))
            {
                count += known.Count;
                if (time.GetElapsedTime(known.At, now) < Pause)
                {
                    kinds[kind] = (known.At, count);
                    return;
                }
            }

            if (kinds.Count >= MostKinds) kinds.Clear();
            kinds[kind] = (now, 0);
        }

        log.Write(OperatorEvents.TokenRefused, result.Issuer is { } issuer ? LogValue.Configured(issuer) : LogValue.Code("unknown issuer"),
            LogValue.Code(cause.ToString()), LogValue.Count(count, "token"));
    }
}
