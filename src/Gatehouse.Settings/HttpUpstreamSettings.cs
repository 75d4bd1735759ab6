namespace Gatehouse.Settings;

/// <summary>A server reached by Streamable HTTP.</summary>
public sealed record HttpUpstreamSettings
{
    /// <summary>The endpoint. Named in configuration, so any address but link-local is allowed (design rule 3).</summary>
    public required Uri Url { get; init; }

    /// <summary>Host header instead of the URL's, for servers that insist on one.</summary>
    public string? Host { get; init; }

    /// <summary>Credential of the gateway; null sends none.</summary>
    public CredentialSettings? Credential { get; init; }

    /// <summary>SHA-256 of accepted public keys (SPKI), base64; empty accepts what the system trusts.</summary>
    public IReadOnlyList<string> Pins { get; init; } = [];

    /// <summary>File of the revocation lists by which its certificate is judged; null judges none.</summary>
    public string? RevocationList { get; init; }

    /// <summary>Time to connect. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Repetitions of a request that cannot have acted. Default 2.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Failures in a row after which the server is left alone. Default 5; 0 never.</summary>
    public int BreakAfter { get; init; } = 5;

    /// <summary>How long it is left alone at first. Default 10 s.</summary>
    public TimeSpan BreakFor { get; init; } = TimeSpan.FromSeconds(10);
}
