using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Host;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.Signing;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Revocations;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// The parts of the gateway that codes and tokens need. Settings and resources are asked at each use, so that a reload is in force.
/// </summary>
internal sealed record TokenParts
{
    /// <summary>The issuer identifier: the gateway's origin.</summary>
    public required string Issuer { get; init; }

    /// <summary>The settings in force.</summary>
    public required Func<AuthorizationServerSettings> Settings { get; init; }

    /// <summary>Returns whether a text is the identifier of a resource that is configured now.</summary>
    public required Func<string, bool> IsResource { get; init; }

    /// <summary>Returns whether a client may have tokens for a resource, which must be one that is configured now.</summary>
    public required Func<OAuthClient, string, bool> IsResourceFor { get; init; }

    /// <summary>The clients.</summary>
    public required IClientDirectory Clients { get; init; }

    /// <summary>Reads the secret of a configured client; null when it cannot be read.</summary>
    public required Func<SecretReference, SecretText?> Secret { get; init; }

    /// <summary>The grants.</summary>
    public required IGrantStore Grants { get; init; }

    /// <summary>The sealed facts of rows.</summary>
    public required ISealedFacts Facts { get; init; }

    /// <summary>The end of grants.</summary>
    public required GrantEnding Ending { get; init; }

    /// <summary>The revocations in force.</summary>
    public required IRevocationList Revocations { get; init; }

    /// <summary>The check of proofs of possession.</summary>
    public required DPoPProofs Proofs { get; init; }

    /// <summary>The keys that sign access tokens, where they are JWTs.</summary>
    public required TokenSigningKeys SigningKeys { get; init; }

    /// <summary>The record.</summary>
    public required IAuthorizationJournal Journal { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The URL of the token endpoint.</summary>
    public string TokenEndpoint => Issuer + Routes.Token;

    /// <summary>Returns whether a refresh token that was spent at a moment gives its successor once more. Null is a moment that is unknown.</summary>
    public bool IsInGrace(DateTimeOffset? spentAt)
    {
        var grace = Settings().RefreshGrace;
        return grace > TimeSpan.Zero && Time.GetUtcNow() - spentAt <= grace;
    }
}
