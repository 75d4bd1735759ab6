namespace Gatehouse.Connections;

/// <summary>The sealed facts of a consent that is under way at a service. The answer is judged by them and nothing else (MCP row B09).</summary>
internal sealed record ConnectionState
{
    /// <summary>The purpose under which they are sealed; the owner is the digest of the state.</summary>
    public const string Purpose = "connection-state/v1";

    /// <summary>The link for which the person agreed.</summary>
    public required ConnectionLink Link { get; init; }

    /// <summary>The name of the service.</summary>
    public required string Provider { get; init; }

    /// <summary>The service at that moment.</summary>
    public required string Service { get; init; }

    /// <summary>The PKCE verifier (RFC 7636).</summary>
    public required string Verifier { get; init; }

    /// <summary>SHA-256 of the value in the cookie of the browser that agreed.</summary>
    public required byte[] Browser { get; init; }

    /// <summary>Only the service: the verifier is secret.</summary>
    public override string ToString() => $"consent at {Provider}";
}
