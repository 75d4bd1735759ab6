namespace Gatehouse.Protocol;

/// <summary>The <c>data</c> of an error of ours. Members that are null are left out.</summary>
public sealed record JsonRpcErrorData
{
    /// <summary>The stable code, such as <c>GH4001</c>.</summary>
    public string? Code { get; init; }

    /// <summary>The caller's possible next step.</summary>
    public string? Remedy { get; init; }

    /// <summary>Names the record in the audit log.</summary>
    public string? RequestId { get; init; }

    /// <summary>The revisions served here (error -32022, MCP 2026-07-28).</summary>
    public IReadOnlyList<string>? Supported { get; init; }

    /// <summary>The revision that was asked for (error -32022, MCP 2026-07-28).</summary>
    public string? Requested { get; init; }

    /// <summary>Milliseconds after which trying again can help.</summary>
    public long? RetryAfterMilliseconds { get; init; }

    /// <summary>The URI of a resource that is not there, as it was asked for (MCP 2026-07-28, resources, error handling).</summary>
    public string? Uri { get; init; }

    /// <summary>JSON Pointer (RFC 6901) of the place in the arguments that does not fit.</summary>
    public string? At { get; init; }

    /// <summary>The keyword of the schema that it does not fit.</summary>
    public string? Keyword { get; init; }

    /// <summary>Names the approval that the request waited for.</summary>
    public string? ApprovalId { get; init; }

    /// <summary>Names the quarantined result of the request.</summary>
    public string? QuarantineId { get; init; }

    /// <summary>Where an administrator consents, for <c>data.consentUrl</c>.</summary>
    public string? ConsentUrl { get; init; }

    /// <summary>The pages to visit as a JSON array (error -32042, MCP 2025-11-25, elicitation); empty for none.</summary>
    public ReadOnlyMemory<byte> Elicitations { get; init; }

    /// <summary>True when there is no member at all.</summary>
    public bool IsEmpty => Elicitations.IsEmpty && ApprovalId is null && QuarantineId is null && ConsentUrl is null && At is null && Keyword is null
        && Code is null && Remedy is null
        && RequestId is null && Supported is null && Requested is null && Uri is null && RetryAfterMilliseconds is null;
}
