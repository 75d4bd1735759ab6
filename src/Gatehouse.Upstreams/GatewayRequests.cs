using System.Buffers;
using System.Text;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Framing;
using Gatehouse.Protocol.Validation;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams;

/// <summary>The requests that the gateway itself sends to a server (design rule 10).</summary>
internal static class GatewayRequests
{
    // All capabilities are declared, so that a server shows every tool it has. The gateway itself is never asked anything, because an answer that
    // needs input is refused by the result's type.
    private const string Meta =
        "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
        + "\"io.modelcontextprotocol/clientCapabilities\":{\"sampling\":{},\"roots\":{},\"elicitation\":{\"form\":{},\"url\":{}}},"
        + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"gatehouse\",\"version\":\"1\"}}";

    /// <summary>Creates a modern request.</summary>
    /// <param name="limits">Limits of the configuration in force.</param>
    /// <param name="server">The server.</param>
    /// <param name="method">The method.</param>
    /// <param name="cursor">Cursor as its raw JSON token, or empty.</param>
    /// <param name="onBehalfOf">The caller that the request serves; null when it serves none.</param>
    public static UpstreamRequest Modern(LimitSettings limits, ServerSettings server, string method, ReadOnlySpan<byte> cursor = default,
        PolicySubject? onBehalfOf = null)
    {
        var parameters = cursor.IsEmpty
            ? Encoding.UTF8.GetBytes("{" + Meta + "}")
            : Encoding.UTF8.GetBytes("{\"cursor\":" + Encoding.UTF8.GetString(cursor) + "," + Meta + "}");
        return Create(limits, server, Request(JsonRpcId.Of(1), method, parameters),
            new CatalogueRequester(ProtocolRevision.V20260728, null, onBehalfOf));
    }

    /// <summary>
    /// Creates a request of the legacy era, in the asker's session if there is one. Its id is one that no client chooses by accident, since the two
    /// share the ids of the session.
    /// </summary>
    public static UpstreamRequest Legacy(LimitSettings limits, ServerSettings server, CatalogueRequester asker, string method,
        ReadOnlySpan<byte> cursor, TimeProvider time)
    {
        var parameters = cursor.IsEmpty ? "{}"u8.ToArray() : Encoding.UTF8.GetBytes("{\"cursor\":" + Encoding.UTF8.GetString(cursor) + "}");
        return Create(limits, server, Request(JsonRpcId.Of("gatehouse-" + Ids.New(time)), method, parameters), asker);
    }

    /// <summary>Creates the handshake of the legacy era, as a client with these capabilities would begin it.</summary>
    public static UpstreamRequest Initialize(LimitSettings limits, ServerSettings server,
        ClientCapabilities capabilities = ClientCapabilities.None, PolicySubject? onBehalfOf = null) => Create(
        limits, server, Request(JsonRpcId.Of(1), "initialize", InitializeParameters(ProtocolRevision.V20251125, capabilities)),
        new CatalogueRequester(ProtocolRevision.V20251125, null, onBehalfOf));

    /// <summary>Returns the params of a handshake of the legacy era.</summary>
    public static byte[] InitializeParameters(ProtocolRevision revision, ClientCapabilities capabilities) => Encoding.UTF8.GetBytes(
        $"{{\"protocolVersion\":\"{revision.Text}\",\"capabilities\":{ClientCapabilityReader.Write(capabilities)},\"clientInfo\":{{\"name\":\"gatehouse\",\"version\":\"1\"}}}}");

    /// <summary>Creates the notification that the handshake is complete.</summary>
    public static UpstreamRequest Initialized(LimitSettings limits, ServerSettings server, CatalogueRequester asker)
    {
        var buffer = new ArrayBufferWriter<byte>();
        JsonRpcWriter.WriteNotification(buffer, "notifications/initialized");
        return Create(limits, server, Own(buffer), asker);
    }

    /// <summary>Creates the request that ends a session of the gateway itself.</summary>
    public static UpstreamRequest EndSession(
        LimitSettings limits, ServerSettings server, string upstreamId, PolicySubject? onBehalfOf = null) => new()
        {
            Intent = ExchangeIntent.EndSession,
            Server = server,
            Limits = limits,
            Session = SessionOf(upstreamId, ProtocolRevision.V20251125, ClientCapabilities.None),
            OnBehalfOf = onBehalfOf,
        };

    /// <summary>Creates a session of the gateway itself.</summary>
    public static UpstreamSession SessionOf(string upstreamId, ProtocolRevision revision, ClientCapabilities capabilities) =>
        new("gateway", upstreamId, revision, capabilities);

    private static UpstreamRequest Create(LimitSettings limits, ServerSettings server, ValidatedMessage message, CatalogueRequester asker) => new()
    {
        Server = server,
        Limits = limits,
        Message = message,
        Revision = asker.Revision,
        NamesRevision = message.Method != "initialize", // the handshake has none yet
        Session = asker.Session,
        OnBehalfOf = asker.Caller,
    };

    private static ValidatedMessage Request(JsonRpcId id, string method, ReadOnlySpan<byte> parameters)
    {
        var buffer = new ArrayBufferWriter<byte>();
        JsonRpcWriter.WriteRequest(buffer, id, method, parameters);
        return Own(buffer);
    }

    private static ValidatedMessage Own(ArrayBufferWriter<byte> buffer) =>
        MessageValidator.TryValidate(buffer.WrittenMemory, MessageLimits.Default, out var message, out var failure)
            ? message
            : throw new InvalidOperationException($"own message not validated: {failure.Fault}");
}
