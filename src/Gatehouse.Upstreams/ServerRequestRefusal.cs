using System.Buffers;
using Gatehouse.Protocol;

namespace Gatehouse.Upstreams;

/// <summary>
/// What a server is answered whose question never reaches the client. It says who refused, and neither the rule nor the words that were found.
/// </summary>
internal static class ServerRequestRefusal
{
    // Of the range for implementations (JSON-RPC 2.0 section 5.1), and none that an SDK uses itself.
    private const int RefusedByPolicy = -32010;
    private const int MethodNotFound = -32601;

    public static void Write(IBufferWriter<byte> buffer, JsonRpcId question, bool byPolicy)
    {
        if (byPolicy) JsonRpcWriter.WriteError(buffer, question, RefusedByPolicy, "Refused by the policy of the gateway in front of the client.");
        else JsonRpcWriter.WriteError(buffer, question, MethodNotFound, "Method not found");
    }
}
