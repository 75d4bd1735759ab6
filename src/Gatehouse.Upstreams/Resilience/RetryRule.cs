using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Upstreams.Resilience;

/// <summary>
/// The rule for retries of a failed request. A retry needs certainty that nothing can have acted (EX-04): the request was never sent, or its method
/// is on the closed list of reading methods. A server's statement about its own tools, such as <c>readOnlyHint</c>, never counts.
/// </summary>
internal static class RetryRule
{
    /// <summary>The longest wait before a retry; a server that asks for more gets no retry.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);

    /// <summary>Tells whether the failed request may be sent again.</summary>
    public static bool MayRepeat(UpstreamRequest request, RefusalException failure)
    {
        if (NeverLeft(failure)) return true;
        var reason = failure.Refusal.Reason;
        // If the gateway could not even write the request, a retry would fail again.
        return Reads(request)
            && (reason == Reasons.UpstreamBusy || (reason == Reasons.UpstreamUnreachable && ServerFailures.Of(failure) != ServerFailure.None));
    }

    /// <summary>Returns the wait before a retry; null when it would be too long.</summary>
    /// <param name="attempt">Attempts made, from 1.</param>
    /// <param name="asked">The wait that the server asked for with <c>Retry-After</c>.</param>
    /// <param name="chance">A number from 0 to 1: full jitter, so that callers whose requests failed together do not return together.</param>
    public static TimeSpan? Wait(int attempt, TimeSpan? asked, double chance)
    {
        var own = FirstWait * (1 << Math.Min(attempt, 6)) * chance;
        var wait = asked is { } told && told > own ? told : own;
        return wait <= LongestWait ? wait : null;
    }

    // The name did not resolve, no process listened, or TLS was not agreed on: not a byte of the request was written.
    private static bool NeverLeft(RefusalException failure) =>
        failure.InnerException is HttpRequestException && ServerFailures.Of(failure) == ServerFailure.OfConnection;

    private static bool Reads(UpstreamRequest request) => request.Message is { } message
        ? message.Kind == MessageKind.Request && ProtocolMethods.EffectOf(message.Method) == MethodEffect.Reading
        : request.Intent == ExchangeIntent.Listen;
}
