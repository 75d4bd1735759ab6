using System.Buffers;
using System.Text.Json;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Framing;

/// <summary>A writer of the gateway's own messages (JSON-RPC 2.0), each without a line break.</summary>
public static class JsonRpcWriter
{
    /// <summary>Writes an error response.</summary>
    /// <param name="output">The destination.</param>
    /// <param name="id">The id of the request; left out where it is absent: the schema of MCP allows no null (2025-11-25, 2026-07-28).</param>
    /// <param name="code">The error code.</param>
    /// <param name="message">A short text without content of the request.</param>
    /// <param name="data">Details, or null for no <c>data</c>.</param>
    public static void WriteError(IBufferWriter<byte> output, JsonRpcId id, int code, string message, JsonRpcErrorData? data = null)
    {
        using var json = new Utf8JsonWriter(output);
        Begin(json);
        WriteId(json, id);
        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, code);
        WriteText(json, "message", message);
        if (data is { IsEmpty: false })
            WriteData(json, data);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes a request.</summary>
    /// <param name="output">The destination.</param>
    /// <param name="id">An id of ours.</param>
    /// <param name="method">The method.</param>
    /// <param name="parameters">One JSON object, checked to be JSON. Empty for no params.</param>
    /// <exception cref="ArgumentException">The id is absent or null.</exception>
    public static void WriteRequest(IBufferWriter<byte> output, JsonRpcId id, string method, ReadOnlySpan<byte> parameters = default)
    {
        if (id.IsAbsent || id.IsNull)
            throw new ArgumentException("A request needs an id.", nameof(id));
        using var json = new Utf8JsonWriter(output);
        Begin(json);
        WriteId(json, id);
        WriteCall(json, method, parameters);
    }

    /// <summary>Writes a notification.</summary>
    /// <inheritdoc cref="WriteRequest" path="/param"/>
    public static void WriteNotification(IBufferWriter<byte> output, string method, ReadOnlySpan<byte> parameters = default)
    {
        using var json = new Utf8JsonWriter(output);
        Begin(json);
        WriteCall(json, method, parameters);
    }

    /// <summary>Writes a result response.</summary>
    /// <param name="output">The destination.</param>
    /// <param name="id">The id of the request.</param>
    /// <param name="result">One JSON object.</param>
    public static void WriteResult(IBufferWriter<byte> output, JsonRpcId id, ReadOnlySpan<byte> result)
    {
        using var json = new Utf8JsonWriter(output);
        Begin(json);
        WriteId(json, id);
        json.WritePropertyName("result"u8);
        WriteUnbroken(json, result);
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
    }

    private static void WriteId(Utf8JsonWriter json, JsonRpcId id)
    {
        if (id.IsAbsent)
            return;
        json.WritePropertyName("id"u8);
        json.WriteRawValue(id.Raw.Span);
    }

    private static void WriteCall(Utf8JsonWriter json, string method, ReadOnlySpan<byte> parameters)
    {
        json.WriteString("method"u8, method);
        if (!parameters.IsEmpty)
        {
            json.WritePropertyName("params"u8);
            WriteUnbroken(json, parameters);
        }

        json.WriteEndObject();
    }

    private static void WriteUnbroken(Utf8JsonWriter json, ReadOnlySpan<byte> value)
    {
        if (!value.ContainsAny((byte)'\r', (byte)'\n'))
        {
            json.WriteRawValue(value);
            return;
        }

        var line = new ArrayBufferWriter<byte>(value.Length);
        LineFraming.WriteUnbroken(line, value);
        json.WriteRawValue(line.WrittenSpan);
    }

    private static void WriteData(Utf8JsonWriter json, JsonRpcErrorData data)
    {
        json.WriteStartObject("data"u8);
        WriteText(json, "code", data.Code);
        WriteText(json, "remedy", data.Remedy);
        WriteText(json, "requestId", data.RequestId);
        if (data.Supported is not null)
        {
            json.WriteStartArray("supported"u8);
            foreach (var revision in data.Supported)
                json.WriteStringValue(revision);
            json.WriteEndArray();
        }

        WriteText(json, "requested", data.Requested);
        WriteText(json, "uri", data.Uri);
        WriteText(json, "at", data.At);
        WriteText(json, "keyword", data.Keyword);
        WriteText(json, "approvalId", data.ApprovalId);
        WriteText(json, "quarantineId", data.QuarantineId);
        WriteText(json, "consentUrl", data.ConsentUrl);
        if (data.RetryAfterMilliseconds is { } milliseconds)
            json.WriteNumber("retryAfterMs"u8, milliseconds);
        if (!data.Elicitations.IsEmpty)
        {
            json.WritePropertyName("elicitations"u8);
            json.WriteRawValue(data.Elicitations.Span);
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null)
            return;
        json.WritePropertyName(name);
        json.WriteRawValue(JsonText.Encode(value));
    }
}
