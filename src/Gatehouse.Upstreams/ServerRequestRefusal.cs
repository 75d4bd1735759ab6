using System.Buffers;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Framing;

namespace Gatehouse.Upstreams;

/// <summary>
/// The answer to a server whose question never reaches the client. It names the gateway as the refusing party, and neither the rule nor the matched
/// words.
/// </summary>
internal static class ServerRequestRefusal
{
    // In the range for implementations (JSON-RPC 2.0 section 5.1), and not used by any SDK.
    private const int RefusedByPolicy = -32010;
    private const int MethodNotFound = -32601;

    public static void Write(IBufferWriter<byte> buffer, JsonRpcId question, bool byPolicy)
    {
        if (byPolicy) JsonRpcWriter.WriteError(buffer, question, RefusedByPolicy, "Refused by the policy of the gateway in front of the client.");
        else JsonRpcWriter.WriteError(buffer, question, MethodNotFound, "Method not found");
    }
}
