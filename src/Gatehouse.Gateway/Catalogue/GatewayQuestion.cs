using System.Buffers;
using System.Text;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Catalogue;

/// <summary>A request that the gateway itself makes of a server, with the server's own credential (design rule 10).</summary>
internal static class GatewayQuestion
{
    // Everything is declared, so that a server shows every tool it has; the gateway itself is never asked anything,
    // because answers that need input are refused by the result's type.
    private const string Meta =
        "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
        + "\"io.modelcontextprotocol/clientCapabilities\":{\"sampling\":{},\"roots\":{},\"elicitation\":{\"form\":{},\"url\":{}}},"
        + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"gatehouse\",\"version\":\"1\"}}";

    /// <summary>A modern request.</summary>
    /// <param name="snapshot">Configuration in force.</param>
    /// <param name="server">Whom to ask.</param>
    /// <param name="method">What to ask.</param>
    /// <param name="cursor">Cursor as its raw JSON token, or empty.</param>
    /// <param name="time">The clock.</param>
    /// <param name="asker">For whose sake; null for nobody's.</param>
    public static Exchange Modern(GatewaySnapshot snapshot, ServerSettings server, string method, ReadOnlySpan<byte> cursor, TimeProvider time, Exchange? asker = null)
    {
        var parameters = cursor.IsEmpty
            ? Encoding.UTF8.GetBytes("{" + Meta + "}")
            : Encoding.UTF8.GetBytes("{\"cursor\":" + Encoding.UTF8.GetString(cursor) + "," + Meta + "}");
        return Create(snapshot, server, method, parameters, ProtocolRevision.V20260728, time, asker: asker);
    }

    /// <summary>
    /// A request of the legacy era in the asker's session. Its id is one that no client makes up by accident: the two share
    /// the session's ids.
    /// </summary>
    public static Exchange Legacy(GatewaySnapshot snapshot, Exchange asker, string method, ReadOnlySpan<byte> cursor, TimeProvider time)
    {
        var parameters = cursor.IsEmpty ? "{}"u8.ToArray() : Encoding.UTF8.GetBytes("{\"cursor\":" + Encoding.UTF8.GetString(cursor) + "}");
        var question = Create(snapshot, asker.Server, method, parameters, asker.Revision!, time, JsonRpcId.Of("gatehouse-" + Ids.New(time)), asker);
        question.Session = asker.Session;
        return question;
    }

    /// <summary>The handshake of the legacy era.</summary>
    public static Exchange Initialize(GatewaySnapshot snapshot, ServerSettings server, TimeProvider time) => Create(
        snapshot, server, "initialize",
        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"gatehouse\",\"version\":\"1\"}}"u8,
        ProtocolRevision.V20251125, time);

    /// <summary>The handshake of the legacy era, as a client that can do so much would begin it.</summary>
    public static Exchange Initialize(
        GatewaySnapshot snapshot, ServerSettings server, ProtocolRevision revision, ClientCapabilities capabilities, TimeProvider time) => Create(
        snapshot, server, "initialize",
        Encoding.UTF8.GetBytes($"{{\"protocolVersion\":\"{revision.Text}\",\"capabilities\":{ClientCapabilityReader.Write(capabilities)},\"clientInfo\":{{\"name\":\"gatehouse\",\"version\":\"1\"}}}}"),
        revision, time);

    /// <summary>The client's word that the handshake is done.</summary>
    public static Exchange Initialized(GatewaySnapshot snapshot, Exchange asker, TimeProvider time)
    {
        var buffer = new ArrayBufferWriter<byte>();
        JsonRpcWriter.WriteNotification(buffer, "notifications/initialized");
        if (!MessageProof.TryProve(buffer.WrittenMemory, ProofLimits.Default, out var message, out var failure))
            throw new InvalidOperationException($"own message not proven: {failure.Fault}");
        return new Exchange(snapshot, NoRequestHead.Instance, null, time) { Server = asker.Server, Message = message, Revision = asker.Revision, Session = asker.Session };
    }

    private static Exchange Create(
        GatewaySnapshot snapshot, ServerSettings server, string method, ReadOnlySpan<byte> parameters, ProtocolRevision revision, TimeProvider time,
        JsonRpcId? id = null, Exchange? asker = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        JsonRpcWriter.WriteRequest(buffer, id ?? JsonRpcId.Of(1), method, parameters);
        if (!MessageProof.TryProve(buffer.WrittenMemory, ProofLimits.Default, out var message, out var failure))
            throw new InvalidOperationException($"own message not proven: {failure.Fault}");
        return new Exchange(snapshot, NoRequestHead.Instance, null, time) { Server = server, Message = message, Revision = revision, Asker = asker };
    }
}
