namespace Gatehouse.Refusals;

/// <summary>What a refusal looks like on the wire.</summary>
public enum ReplyShape
{
    /// <summary>Status alone. For strangers and for what is not MCP.</summary>
    Empty,

    /// <summary>Status and a <c>WWW-Authenticate</c> challenge (RFC 6750 §3, RFC 9728 §5.1), and the error below in answer to a message.</summary>
    Challenge,

    /// <summary>A JSON-RPC error with <c>data.code</c>, <c>data.remedy</c> and <c>data.requestId</c>.</summary>
    JsonRpcError,
}
