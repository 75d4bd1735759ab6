using System.Text.Json;
using Gatehouse.Identity;
using Gatehouse.Pipeline.Configuration;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The token validator of the configuration in force. A reload keeps the keys of issuers that did not change and drops
/// what was remembered of the others.
/// </summary>
public sealed class IssuerSet : ITokenValidator
{
    private readonly IMetadataFetcher fetcher;
    private readonly IRevocationList revocations;
    private readonly VerifiedTokenCache cache = new();
    private readonly TimeProvider time;
    private readonly TrustedIssuer? development;
    private readonly Dictionary<string, TrustedIssuer> known = new(StringComparer.Ordinal);
    private volatile TokenValidator validator;

    /// <summary>Builds the validator for the settings.</summary>
    public IssuerSet(
        GatewaySettings settings, IMetadataFetcher fetcher, IRevocationList revocations, TrustedIssuer? development, TimeProvider time)
    {
        this.fetcher = fetcher;
        this.revocations = revocations;
        this.development = development;
        this.time = time;
        validator = Build(settings);
    }

    /// <summary>The validator in force.</summary>
    public ITokenValidator Current => validator;

    /// <summary>Makes the validator of a configuration that is not in force yet, for its snapshot.</summary>
    public ITokenValidator Prepare(GatewaySettings settings) => Build(settings);

    /// <summary>Takes the issuers of a configuration that is in force now.</summary>
    public void Replace(GatewaySettings settings, ITokenValidator prepared)
    {
        validator = (TokenValidator)prepared;
        lock (known)
        {
            var kept = settings.Issuers.Select(i => JsonSerializer.Serialize(i)).ToHashSet(StringComparer.Ordinal);
            foreach (var text in known.Keys.Where(k => !kept.Contains(k)).ToList())
            {
                if (known.Remove(text, out var dropped) && dropped.Keys is IDisposable keys) keys.Dispose(); // no more planned refreshes
            }
        }
    }

    /// <inheritdoc />
    public ValueTask<TokenResult> ValidateAsync(AccessTokenValue token, string resourceAudience, CancellationToken cancellationToken) =>
        validator.ValidateAsync(token, resourceAudience, cancellationToken);

    /// <inheritdoc />
    public ValueTask<TokenResult> ValidateAsync(AccessTokenValue token, IReadOnlyList<string> acceptedAudiences, CancellationToken cancellationToken) =>
        validator.ValidateAsync(token, acceptedAudiences, cancellationToken);

    private TokenValidator Build(GatewaySettings settings)
    {
        lock (known)
        {
            var issuers = settings.Issuers.Select(Trusted).ToList();
            if (development is not null) issuers.Add(development);
            return new TokenValidator(issuers, revocations, cache, time);
        }
    }

    private TrustedIssuer Trusted(IssuerSettings issuer)
    {
        // Two readings of one file make two objects: what counts is what they say.
        var text = JsonSerializer.Serialize(issuer);
        if (known.TryGetValue(text, out var trusted)) return trusted;
        var profile = new IssuerProfile
        {
            Issuer = issuer.Issuer,
            Algorithms = [.. issuer.Algorithms],
            AcceptedTypes = issuer.AcceptUntypedTokens ? AccessTokenTypes.Rfc9068OrJwt : AccessTokenTypes.Rfc9068Only,
            ClockSkew = issuer.ClockSkew,
        };
        var keys = new JwksCache(issuer.Issuer, fetcher, time, new JwksCacheOptions { StaleLimit = issuer.StaleKeys });
        return known[text] = new TrustedIssuer(profile, keys);
    }
}
