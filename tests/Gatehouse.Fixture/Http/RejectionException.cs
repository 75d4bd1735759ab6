using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Http;

/// <summary>The host refuses a request before any server has seen it.</summary>
internal sealed class RejectionException : Exception
{
    /// <summary>A code that says nothing beyond the HTTP status.</summary>
    private const McpErrorCode Unspecific = (McpErrorCode)(-32000);

    public RejectionException(int status, string message, McpErrorCode code = Unspecific, JsonRpcMessage? request = null, JsonObject? details = null)
        : base(message)
    {
        Status = status;
        Code = code;
        Id = request is JsonRpcRequest { Id: var id } ? id : null;
        Details = details;
    }

    public int Status { get; }

    public McpErrorCode Code { get; }

    private RequestId? Id { get; }

    private JsonObject? Details { get; }

    // JSON and never SSE: there is exactly one message, and a client may look at nothing else.
    public async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        response.ContentType = "application/json";
        await response.WriteAsync(Body().ToJsonString());
    }

    private JsonObject Body()
    {
        var body = new JsonObject { ["jsonrpc"] = "2.0" };
        // An id of null would be no id at all: it is left out where the request had none.
        if (Id is { } id) body["id"] = id.Id is long number ? JsonValue.Create(number) : JsonValue.Create((string)id.Id!);
        var error = new JsonObject { ["code"] = (int)Code, ["message"] = Message };
        if (Details is not null) error["data"] = Details;
        body["error"] = error;
        return body;
    }
}
