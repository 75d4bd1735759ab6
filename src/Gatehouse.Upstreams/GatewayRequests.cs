using System.Buffers;
using System.Text;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams;

/// <summary>The requests that the gateway itself makes of a server (design rule 10).</summary>
internal static class GatewayRequests
{
    // Everything is declared, so that a server shows every tool it has; the gateway itself is never asked anything,
    // because answers that need input are refused by the result's type.
    private const string Meta =
        "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
        + "\"io.modelcontextprotocol/clientCapabilities\":{\"sampling\":{},\"roots\":{},\"elicitation\":{\"form\":{},\"url\":{}}},"
        + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"gatehouse\",\"version\":\"1\"}}";

    /// <summary>A modern request.</summary>
    /// <param name="limits">Limits of the configuration in force.</param>
    /// <param name="server">Whom to ask.</param>
    /// <param name="method">What to ask.</param>
    /// <param name="cursor">Cursor as its raw JSON token, or empty.</param>
    /// <param name="onBehalfOf">The caller that the request serves; null where it serves none.</param>
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
    /// A request of the legacy era, in the asker's session where there is one. Its id is one that no client makes up by accident: the two share
    /// the session's ids.
    /// </summary>
    public static UpstreamRequest Legacy(LimitSettings limits, ServerSettings server, CatalogueRequester asker, string method,
        ReadOnlySpan<byte> cursor, TimeProvider time)
    {
        var parameters = cursor.IsEmpty ? "{}"u8.ToArray() : Encoding.UTF8.GetBytes("{\"cursor\":" + Encoding.UTF8.GetString(cursor) + "}");
        return Create(limits, server, Request(JsonRpcId.Of("gatehouse-" + Ids.New(time)), method, parameters), asker);
    }

    /// <summary>The handshake of the legacy era, as a client that can do so much would begin it.</summary>
    public static UpstreamRequest Initialize(LimitSettings limits, ServerSettings server,
        ClientCapabilities capabilities = ClientCapabilities.None) => Create(
        limits, server, Request(JsonRpcId.Of(1), "initialize", InitializeParameters(ProtocolRevision.V20251125, capabilities)),
        new CatalogueRequester(ProtocolRevision.V20251125, null, null));

    /// <summary>The params of a handshake of the legacy era.</summary>
    public static byte[] InitializeParameters(ProtocolRevision revision, ClientCapabilities capabilities) => Encoding.UTF8.GetBytes(
        $"{{\"protocolVersion\":\"{revision.Text}\",\"capabilities\":{ClientCapabilityReader.Write(capabilities)},\"clientInfo\":{{\"name\":\"gatehouse\",\"version\":\"1\"}}}}");

    /// <summary>The notification that the handshake is done.</summary>
    public static UpstreamRequest Initialized(LimitSettings limits, ServerSettings server, CatalogueRequester asker)
    {
        var buffer = new ArrayBufferWriter<byte>();
        JsonRpcWriter.WriteNotification(buffer, "notifications/initialized");
        return Create(limits, server, Own(buffer), asker);
    }

    /// <summary>The end of a session that the gateway began for itself.</summary>
    public static UpstreamRequest EndSession(LimitSettings limits, ServerSettings server, string upstreamId) => new()
    {
        Intent = ExchangeIntent.EndSession,
        Server = server,
        Limits = limits,
        Session = SessionOf(upstreamId, ProtocolRevision.V20251125, ClientCapabilities.None),
    };

    /// <summary>A session that the gateway began for itself.</summary>
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
