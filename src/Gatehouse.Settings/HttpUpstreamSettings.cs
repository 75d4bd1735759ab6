namespace Gatehouse.Settings;

/// <summary>A server reached by Streamable HTTP.</summary>
public sealed record HttpUpstreamSettings
{
    /// <summary>The endpoint. Configuration names it, so any address except link-local is allowed (design rule 3).</summary>
    public required Uri Url { get; init; }

    /// <summary>Host header in place of the URL's host, for servers that require a certain one.</summary>
    public string? Host { get; init; }

    /// <summary>Credential of the gateway with a fixed value; null for none.</summary>
    public CredentialSettings? Credential { get; init; }

    /// <summary>Credential that an issuer issues when it is needed; null for none. A server has at most one credential.</summary>
    public IssuedCredentialSettings? Issued { get; init; }

    /// <summary>Credential for the gateway's identity in Azure; null for none.</summary>
    public AzureCredentialSettings? Azure { get; init; }

    /// <summary>The connection of the person who calls, whose token is the credential; null where it is another.</summary>
    public ConnectionCredentialSettings? Connection { get; init; }

    /// <summary>True where each caller has a credential of its own, so that lists and sessions are of one caller.</summary>
    public bool IsCredentialOfCaller => Issued is { IsOfCaller: true } || Connection is not null;

    /// <summary>SHA-256 of accepted public keys (SPKI), base64; empty accepts the authorities that the system trusts.</summary>
    public IReadOnlyList<string> Pins { get; init; } = [];

    /// <summary>File of the revocation lists that the server's certificate is checked against; null checks none.</summary>
    public string? RevocationList { get; init; }

    /// <summary>Time limit to connect.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Retries of a request that cannot have acted.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Consecutive failures after which the circuit breaker opens. Default 5; 0 never.</summary>
    public int BreakAfter { get; init; } = 5;

    /// <summary>First pause of the circuit breaker.</summary>
    public TimeSpan BreakFor { get; init; } = TimeSpan.FromSeconds(10);
}
