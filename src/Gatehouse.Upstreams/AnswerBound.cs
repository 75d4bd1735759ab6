using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams;

/// <summary>
/// The most bytes that one request may hold: its request, its answer, and the one byte by which a reader detects whether more follows.
/// </summary>
internal static class AnswerBound
{
    /// <summary>
    /// Returns the caller whose part of the budget an answer uses. The gateway's own requests use no caller's part, since many callers may wait for
    /// them.
    /// </summary>
    public static CallerPartition PartyOf(UpstreamRequest request) =>
        request.Caller is null ? CallerPartition.Unknown : request.Partition ?? CallerPartition.Unknown;

    /// <summary>Returns the number of bytes.</summary>
    public static long Of(ServerSettings server) => (long)server.RequestBytes + server.ResponseBytes + 1;
}
