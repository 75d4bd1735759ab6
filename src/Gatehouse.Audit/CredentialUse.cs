namespace Gatehouse.Audit;

/// <summary>
/// Uses of one credential of the gateway: which it is, and never its value. Each use is in one entry of the log: the sum of the counts of all entries
/// is the number of requests that carried it. The person is the caller of the entry.
/// </summary>
/// <param name="Kind">The kind, as the configuration names it: <c>value</c>, <c>clientCredentials</c>, <c>tokenExchange</c>, <c>onBehalfOf</c>,
/// <c>identityAssertion</c>, <c>managedIdentity</c>, <c>workloadIdentity</c>, <c>connection</c>; <c>secret</c> for a secret that proves the
/// gateway itself, and <c>host</c> for a credential that the host of a library supplies.</param>
public sealed record CredentialUse(string Kind)
{
    /// <summary>The most characters of a text in it.</summary>
    public const int LongestText = 200;

    /// <summary>The reference to the secret, such as <c>vault:legacy-key</c>; of an identity of the platform the resource; null for none.</summary>
    public string? Reference { get; init; }

    /// <summary>The version of the secret; null where none is known.</summary>
    public string? Version { get; init; }

    /// <summary>The issuer of an issued token, or the issuer at which the secret is used; null for none.</summary>
    public string? Issuer { get; init; }

    /// <summary>The third-party service of a connection; null for none.</summary>
    public string? Provider { get; init; }

    /// <summary>The number of uses, 1 or more.</summary>
    public long Count { get; init; } = 1;
}
