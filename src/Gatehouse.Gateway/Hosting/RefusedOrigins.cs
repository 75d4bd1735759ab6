using Gatehouse.Diagnostics;
using Gatehouse.Refusals;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The report of preflights of browsers that were refused for their origin. The page sees only a failed connection, so only the operator can learn
/// the cause. Each origin is reported at most once a minute, and a number of them in a minute: a page chooses its origin. Safe for concurrent use.
/// </summary>
internal sealed class RefusedOrigins(TimeProvider time, ILogger log)
{
    private const int MostInAMinute = 16;

    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> reported = new(StringComparer.Ordinal);

    /// <summary>Reports an origin.</summary>
    public void Report(string origin)
    {
        lock (gate)
        {
            foreach (var (known, at) in reported)
            {
                if (time.GetElapsedTime(at) >= Quiet) reported.Remove(known);
            }

            if (reported.Count >= MostInAMinute || !reported.TryAdd(origin, time.GetTimestamp())) return;
        }

        log.Write(OperatorEvents.OriginRefused, LogValue.Outside(origin), LogValue.Code(Reasons.OriginNotAllowed.Code));
    }
}
