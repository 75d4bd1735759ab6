using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.ServerRequests;

/// <summary>Something that a server asks of the client, wherever in a message it stands.</summary>
/// <param name="Method">The method; one that <see cref="DirectionOf"/> knows.</param>
/// <param name="Parameters">Where its params stand; absent when it has none.</param>
internal readonly record struct ServerRequest(string Method, ByteRange Parameters)
{
    /// <summary>Which way the question goes; null for methods that are no questions to the client.</summary>
    public static PolicyDirection? DirectionOf(string? method) => method switch
    {
        "sampling/createMessage" => PolicyDirection.Sampling,
        "elicitation/create" or "notifications/elicitation/complete" => PolicyDirection.Elicitation,
        "roots/list" => PolicyDirection.Roots,
        "notifications/message" => PolicyDirection.Logging,
        _ => null,
    };
}
