using System.Globalization;

namespace Gatehouse.Refusals;

/// <summary>
/// Why an exchange did not go through. One table (<see cref="Reasons"/>) feeds the wire, the audit log,
/// <c>gatehouse explain</c> and the reference page.
/// </summary>
/// <remarks>
/// <see cref="Message"/> and <see cref="Remedy"/> reach the caller: they never contain a name the caller did not send,
/// a host, a path or the words of another system. The true reason stands in the audit event.
/// </remarks>
public sealed record Reason
{
    /// <summary>Stable code: <c>GH</c> and four digits; the first two digits name the stage.</summary>
    public required string Code { get; init; }

    /// <summary>Stable slug for logs and metrics.</summary>
    public required string Slug { get; init; }

    /// <summary>The stage that raises it.</summary>
    public required string Stage { get; init; }

    /// <summary>What happened, in a sentence for the caller.</summary>
    public required string Message { get; init; }

    /// <summary>What the caller can do.</summary>
    public required string Remedy { get; init; }

    /// <summary>What the operator should know: when it happens and what to look at.</summary>
    public required string Operator { get; init; }

    /// <summary>HTTP status in the legacy era (2025-11-25 and older).</summary>
    public required int LegacyStatus { get; init; }

    /// <summary>HTTP status in the modern era (2026-07-28); the legacy one when not given.</summary>
    public int? ModernStatus { get; init; }

    /// <summary>JSON-RPC code where the specification fixes one; otherwise the digits of <see cref="Code"/>.</summary>
    public int? ProtocolCode { get; init; }

    /// <summary>Shape of the reply.</summary>
    public ReplyShape Shape { get; init; } = ReplyShape.JsonRpcError;

    /// <summary>Seconds for <c>Retry-After</c>, when trying again later can help.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>The JSON-RPC code on the wire. Own codes lie outside -32768..-32000 (T38).</summary>
    public int JsonRpcCode => ProtocolCode ?? int.Parse(Code.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The HTTP status for the era.</summary>
    public int Status(bool modern) => modern ? ModernStatus ?? LegacyStatus : LegacyStatus;

    /// <inheritdoc />
    public override string ToString() => $"{Code} {Slug}";
}
