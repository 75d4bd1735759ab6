using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams;

/// <summary>What one request may hold at most: its request, its answer, and the byte by which a reader learns that no more follows.</summary>
internal static class AnswerBound
{
    /// <summary>Whose part of the budget an answer uses; nobody's for what the gateway asks for itself, since many may wait for that.</summary>
    public static CallerPartition PartyOf(UpstreamRequest request) =>
        request.Caller is null ? CallerPartition.Unknown : request.Partition ?? CallerPartition.Unknown;

    /// <summary>The bytes.</summary>
    public static long Of(ServerSettings server) => (long)server.RequestBytes + server.ResponseBytes + 1;
}
