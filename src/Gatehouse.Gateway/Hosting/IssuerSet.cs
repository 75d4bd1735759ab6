using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.Introspection;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Outbound.Tokens;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The token validator of the configuration in force. A reload keeps the keys of issuers that are fetched from the same addresses as before.
/// </summary>
public sealed class IssuerSet : ITokenValidator, ICertificateValidator, IDisposable
{
    private readonly IMetadataFetcher fetcher;
    private readonly IRevocationList revocations;
    private readonly VerifiedTokenCache cache;
    private readonly TimeProvider time;
    private readonly InnerIssuers inner;
    private readonly DPoPProofs proofs;
    private readonly Dictionary<string, (TrustedIssuer Issuer, string KeySource)> known = new(StringComparer.Ordinal); // by the text of its settings
    private readonly IFormPoster introspection;
    private readonly Func<SecretReference, SecretText> secrets;
    private readonly Action<string, KeyOutage?> report;
    private readonly Action<string, string?> reportIntrospection;
    private volatile int callerShare;
    private volatile TokenValidator validator;
    private volatile CertificateIssuerSet workloads;
    private volatile HashSet<string> names;
    private volatile HashSet<string> inForce; // the texts of the settings in force; a configuration that was refused leaves others in what is known

    /// <summary>Builds the validator for the settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="certificateIssuers">The issuers of certificates of workloads.</param>
    /// <param name="fetcher">Fetches metadata and keys.</param>
    /// <param name="introspection">The transport of questions about opaque tokens.</param>
    /// <param name="secrets">Returns a secret.</param>
    /// <param name="revocations">The revocations.</param>
    /// <param name="inner">The issuers of the gateway itself.</param>
    /// <param name="proofs">The judge of proofs of possession.</param>
    /// <param name="time">The clock.</param>
    /// <param name="report">Takes the outages of issuers, by issuer, and null at the end of each.</param>
    /// <param name="reportIntrospection">Takes the causes of outages of introspection, by issuer, and null at the end of each.</param>
    public IssuerSet(
        GatewaySettings settings, IReadOnlyList<CertificateIssuer> certificateIssuers, IMetadataFetcher fetcher,
        IFormPoster introspection,
        Func<SecretReference, SecretText> secrets, IRevocationList revocations, InnerIssuers inner, DPoPProofs proofs, TimeProvider time,
        Action<string, KeyOutage?> report, Action<string, string?> reportIntrospection)
    {
        this.report = report;
        this.reportIntrospection = reportIntrospection;
        this.fetcher = fetcher;
        this.revocations = revocations;
        this.inner = inner;
        this.proofs = proofs;
        this.time = time;
        this.introspection = introspection;
        this.secrets = secrets;
        callerShare = settings.Limits.CallerShare;
        cache = new VerifiedTokenCache(callerShare: () => callerShare);
        validator = Build(settings);
        inForce = Texts(settings);
        workloads = new CertificateIssuerSet(certificateIssuers, revocations, time);
        names = Names(settings, certificateIssuers);
    }

    /// <summary>Every issuer that a caller can have.</summary>
    public IReadOnlyCollection<string> Known => names;

    /// <summary>Returns whether callers of an issuer, or of a certificate issuer, are known at all.</summary>
    public bool IsTrusted(string issuer) => names.Contains(issuer);

    /// <summary>Returns whether the key of a workload that was let in is still accepted. True for a caller with a token.</summary>
    public bool StillTakes(VerifiedToken caller) => workloads.StillTakes(caller);

    /// <summary>The validators in force, for the first snapshot.</summary>
    internal PreparedIssuers InForce => new(validator, workloads, names);

    /// <summary>Makes the validators of a configuration that is not in force yet, for its snapshot.</summary>
    public PreparedIssuers Prepare(GatewaySettings settings, IReadOnlyList<CertificateIssuer> certificateIssuers)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new PreparedIssuers(Build(settings), new CertificateIssuerSet(certificateIssuers, revocations, time),
            Names(settings, certificateIssuers));
    }

    /// <summary>Takes the issuers of a configuration that is in force now.</summary>
    public void Replace(GatewaySettings settings, PreparedIssuers prepared)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(prepared);
        callerShare = settings.Limits.CallerShare;
        validator = prepared.Tokens;
        workloads = prepared.Workloads;
        names = prepared.Names;
        proofs.Options = ProofOptions(settings);
        lock (known)
        {
            var kept = Texts(settings);
            inForce = kept;
            foreach (var text in known.Keys.Where(k => !kept.Contains(k)).ToList())
            {
                if (!known.Remove(text, out var dropped) || dropped.Issuer.Keys is not JwksCache keys) continue;
                keys.Dispose(); // no more planned refreshes
                foreach (var next in Same(dropped.Issuer.Profile.Issuer).Select(static one => one.Keys).OfType<JwksCache>()) next.TakeOutage(keys);
            }

            foreach (var (issuer, _) in known.Values) (issuer.Keys as JwksCache)?.KeepFresh();
        }
    }

    /// <inheritdoc />
    public ValueTask<TokenResult> ValidateAsync(AccessTokenValue token, string resourceAudience, CancellationToken cancellationToken) =>
        validator.ValidateAsync(token, resourceAudience, cancellationToken);

    /// <inheritdoc />
    public ValueTask<TokenResult> ValidateAsync(AccessTokenValue token, IReadOnlyList<string> acceptedAudiences,
        CancellationToken cancellationToken) =>
        validator.ValidateAsync(token, acceptedAudiences, cancellationToken);

    /// <inheritdoc />
    public ValueTask<TokenResult> ValidateAsync(AccessTokenValue token, TokenUse use, CancellationToken cancellationToken) =>
        validator.ValidateAsync(token, use, cancellationToken);

    /// <summary>
    /// Begins to fetch the keys of issuers that have none yet. The keys of an issuer that is asked about opaque tokens are fetched with its first
    /// token that needs them: such an issuer may have none.
    /// </summary>
    public void FetchKeys()
    {
        List<TrustedIssuer> all;
        lock (known) all = [.. known.Values.Select(static one => one.Issuer)];
        foreach (var issuer in all.Where(static one => one.Introspector is null)) (issuer.Keys as JwksCache)?.FetchAhead();
    }

    /// <summary>Stops the planned fetches of keys.</summary>
    public void Dispose()
    {
        lock (known)
        {
            foreach (var (issuer, _) in known.Values) (issuer.Keys as IDisposable)?.Dispose();
        }
    }

    /// <inheritdoc />
    public TokenResult Validate(PresentedCertificate certificate, IReadOnlyList<string> issuers) => workloads.Validate(certificate, issuers);

    /// <summary>Removes the memory of callers whose time is over.</summary>
    public void Sweep()
    {
        var now = time.GetUtcNow();
        cache.Sweep(now);
        inner.Own?.OpaqueTokens?.Sweep(now);
        workloads.Sweep(now);
        lock (known)
        {
            foreach (var (issuer, _) in known.Values) issuer.Introspector?.Sweep(now);
        }
    }

    /// <summary>Returns the issuers whose keys cannot be fetched, or that cannot be asked about opaque tokens, with the last fault.</summary>
    internal IReadOnlyList<(string Issuer, string Fault)> Faults() =>
        [.. LastFaults().Where(static one => one.Fault is not null).Select(static one => (one.Issuer, one.Fault!))];

    /// <summary>
    /// Returns the issuers of the configuration in force, each with the fault of the last request to it. It is null while requests succeed, and
    /// before the first.
    /// </summary>
    internal IReadOnlyList<(string Issuer, string? Fault)> LastFaults()
    {
        lock (known)
        {
            return [.. known.Where(one => inForce.Contains(one.Key)).Select(static one => one.Value.Issuer)
                .Select(static issuer => (issuer.Profile.Issuer, Fault: (issuer.Keys as JwksCache)?.LastFault ?? issuer.Introspector?.Outage))
                .OrderBy(static one => one.Issuer, StringComparer.Ordinal)];
        }
    }

    /// <summary>Returns the keys of an issuer of the configuration in force; null where it has none of this name.</summary>
    internal IIssuerKeys? KeysOf(string issuer)
    {
        lock (known) return known.Where(one => inForce.Contains(one.Key)).Select(static one => one.Value.Issuer)
            .FirstOrDefault(one => one.Profile.Issuer == issuer)?.Keys;
    }

    /// <summary>The number of good tokens in memory.</summary>
    internal int Remembered => cache.Count;

    private HashSet<string> Names(GatewaySettings settings, IReadOnlyList<CertificateIssuer> certificateIssuers)
    {
        var all = settings.Issuers.SelectMany(issuer => IssuerMetadata.Names(IssuerProfiles.Of(issuer))).ToHashSet(StringComparer.Ordinal);
        all.UnionWith(certificateIssuers.Select(issuer => issuer.Issuer));
        all.UnionWith(inner.InForce(settings).Select(issuer => issuer.Profile.Issuer));
        return all;
    }

    private static HashSet<string> Texts(GatewaySettings settings) => settings.Issuers.Select(SettingsText.Of).ToHashSet(StringComparer.Ordinal);

    internal static DPoPOptions ProofOptions(GatewaySettings settings) =>
        new() { DemandNonce = settings.DPoP.DemandNonce, ProofLife = settings.DPoP.ProofLife };

    private TokenValidator Build(GatewaySettings settings)
    {
        lock (known)
        {
            var issuers = settings.Issuers.Select(Trusted).ToList();
            issuers.AddRange(inner.InForce(settings));
            return new TokenValidator(issuers, revocations, cache, time, proofs);
        }
    }

    private TrustedIssuer Trusted(IssuerSettings issuer)
    {
        var text = SettingsText.Of(issuer);
        if (known.TryGetValue(text, out var before)) return before.Issuer;
        var profile = IssuerProfiles.Of(issuer);
        var keys = new JwksCache(issuer.Issuer, fetcher, time,
            IssuerMetadata.Options(profile, issuer.Metadata) with
            {
                StaleLimit = issuer.StaleKeys,
                PeerShare = () => callerShare,
                ReportOutage = outage => report(issuer.Issuer, outage),
            });
        var source = KeySourceOf(issuer);
        foreach (var earlier in known.Values.Where(one => one.KeySource == source).Select(static one => one.Issuer.Keys).OfType<JwksCache>())
            keys.TakeKeys(earlier);
        var introspector = Introspector(issuer, profile);
        if (Same(issuer.Issuer).Select(static one => one.Introspector).OfType<TokenIntrospector>().FirstOrDefault() is { } asked)
            introspector?.ShareOutage(asked);
        var trusted = new TrustedIssuer(profile, keys, introspector);
        known[text] = (trusted, source);
        return trusted;
    }

    // The same issuer with other settings: of the configuration in force, of one that comes into force, or of one that was refused.
    private IEnumerable<TrustedIssuer> Same(string issuer) =>
        known.Values.Select(static one => one.Issuer).Where(one => one.Profile.Issuer == issuer);

    // Threat: an operator takes away a host that is no longer trusted, and keys that came from it remain.
    private static string KeySourceOf(IssuerSettings issuer) => SettingsText.Of(new IssuerSettings
    {
        Issuer = issuer.Issuer,
        Profile = issuer.Profile,
        Tenants = issuer.Tenants,
        Metadata = issuer.Metadata,
        Hosts = issuer.Hosts,
    });

    private TokenIntrospector? Introspector(IssuerSettings issuer, IssuerProfile profile)
    {
        if (issuer.Introspection is not { } settings) return null;
        var options = new IntrospectionOptions
        {
            Endpoint = settings.Endpoint,
            Client = new IssuerClient(issuer, issuer.Client!, secrets, time),
            CacheLife = settings.CacheLife,
            CacheEntries = settings.CacheEntries,
            CallerShare = () => callerShare,
            ReportOutage = cause => reportIntrospection(issuer.Issuer, cause),
        };
        return new TokenIntrospector(profile, options, introspection, fetcher, issuer.Metadata, time);
    }
}
