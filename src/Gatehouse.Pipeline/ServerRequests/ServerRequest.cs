using Gatehouse.Policy;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.ServerRequests;

/// <summary>A request of a server to the client, in any place of a message.</summary>
/// <param name="Method">The method; one that <see cref="DirectionOf"/> knows.</param>
/// <param name="Parameters">Place of its params; absent when it has none.</param>
internal readonly record struct ServerRequest(string Method, ByteRange Parameters)
{
    /// <summary>Returns the direction of the question; null for methods that are no questions to the client.</summary>
    public static PolicyDirection? DirectionOf(string? method) => method switch
    {
        "sampling/createMessage" => PolicyDirection.Sampling,
        "elicitation/create" or "notifications/elicitation/complete" => PolicyDirection.Elicitation,
        "roots/list" => PolicyDirection.Roots,
        "notifications/message" => PolicyDirection.Logging,
        _ => null,
    };
}
