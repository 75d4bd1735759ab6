using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Keys;

namespace Gatehouse.Identity.Diagnostics;

/// <summary>
/// An examination of an issuer from outside, as the gateway and as clients see it. It reports in words what will work, what will not, and the remedy.
/// It requests public documents only; no token and no secret is sent.
/// </summary>
public sealed class IssuerDiagnostics(IMetadataFetcher fetcher, TimeProvider time)
{
    /// <summary>The longest wait for one document. A provider that never answers is then a finding with the words <c>timeout</c>.</summary>
    internal static readonly TimeSpan LongestFetch = TimeSpan.FromSeconds(10);

    private const string Keys = "keys";

    private readonly IMetadataFetcher fetcher = fetcher;
    private readonly TimeProvider time = time;

    /// <summary>Examines one issuer.</summary>
    /// <param name="profile">The configuration of the issuer, without faults.</param>
    /// <param name="demands">The demands of the configuration on the issuer.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    public async Task<IssuerDiagnosticsReport> ExamineAsync(IssuerProfile profile, IssuerRequirements demands, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(demands);
        var findings = new List<IssuerFinding>();
        var options = IssuerMetadata.Options(profile, demands.MetadataUri);
        var words = ExaminationWords.OfIssuer;
        var (metadata, isReachable) = await FindMetadataAsync(profile, options, words, findings, cancellationToken).ConfigureAwait(false);
        if (metadata is null)
            return new IssuerDiagnosticsReport { Issuer = profile.Issuer, Kind = profile.Kind, IsReachable = isReachable, Findings = [.. findings] };
        JudgeNames(profile, metadata, words, findings);
        JudgeTokenIssuer(options, metadata, findings);
        await JudgeKeysAsync(profile, metadata, words, findings, cancellationToken).ConfigureAwait(false);
        JudgeTokens(profile, findings);
        JudgeSignIn(profile, metadata, demands, findings);
        JudgeBinding(metadata, demands, findings);
        JudgeIntrospection(metadata, demands, findings);
        var obstacle = WhyNoTokenIsAccepted(demands, findings);
        return new IssuerDiagnosticsReport
        {
            Issuer = profile.Issuer,
            Kind = profile.Kind,
            IsReachable = true,
            Findings = [.. findings],
            SignIn = [.. SupportedGrantTypes.Of(profile, metadata, obstacle)],
        };
    }

    /// <summary>Examines a provider at which people sign in through the gateway.</summary>
    /// <param name="profile">The configuration of the provider, without faults.</param>
    /// <param name="demands">The use that the gateway makes of the provider.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    public async Task<IssuerDiagnosticsReport> ExamineSignInAsync(
        IssuerProfile profile, SignInRequirements demands, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(demands);
        var findings = new List<IssuerFinding>();
        var options = IssuerMetadata.Options(profile, demands.MetadataUri);
        var words = ExaminationWords.OfSignIn;
        var (metadata, isReachable) = await FindMetadataAsync(profile, options, words, findings, cancellationToken).ConfigureAwait(false);
        if (metadata is not null)
        {
            JudgeNames(profile, metadata, words, findings);
            await JudgeKeysAsync(profile, metadata, words, findings, cancellationToken).ConfigureAwait(false);
            findings.AddRange(SignInRules.Findings(new SignInExamination(profile.Kind, metadata, demands)));
        }

        return new IssuerDiagnosticsReport
        {
            Issuer = profile.Issuer,
            Kind = profile.Kind,
            Provider = demands.Provider,
            IsReachable = isReachable,
            Findings = [.. findings],
            SignIn = [.. AcceptedClients.Of(demands, WhyNoPersonSignsIn(metadata, findings))],
        };
    }

    private static string? WhyNoPersonSignsIn(ProviderMetadata? metadata, List<IssuerFinding> findings) =>
        metadata is null ? "not without the metadata of the provider: no person can sign in"
        : findings.Exists(finding => finding.Verdict == IssuerFindingStatus.Fails) ? "not until the findings that fail are repaired: no person can sign in"
        : null;

    // Keys are not needed for opaque tokens, about which the issuer is asked.
    private static string? WhyNoTokenIsAccepted(IssuerRequirements demands, List<IssuerFinding> findings)
    {
        var failing = findings.Where(finding => finding.ConcernsEveryToken && !(finding.Subject == Keys && demands.Introspects))
            .Select(finding => $"'{finding.Subject}'").ToList();
        return failing.Count == 0 ? null : $"not until {string.Join(" and ", failing)} works: the gateway refuses the tokens";
    }

    private async Task<(ProviderMetadata? Metadata, bool IsReachable)> FindMetadataAsync(
        IssuerProfile profile, JwksCacheOptions options, ExaminationWords words, List<IssuerFinding> findings, CancellationToken cancellationToken)
    {
        var tried = new List<string>();
        UnusableDocument? nearest = null;
        var isReachable = false;
        foreach (var address in options.MetadataUri is { } named ? [named] : IssuerDocuments.MetadataAddresses(profile.Issuer))
        {
            var (document, fault) = await GetAsync(address, options.MaxDocumentBytes, cancellationToken).ConfigureAwait(false);
            isReachable |= document is not null;
            JsonElement root = default;
            var unusable = document is { } answer ? UnusableDocument.Of(answer, out root) : null;
            if (document is { } found && unusable is null)
            {
                findings.Add(new IssuerFinding("metadata", IssuerFindingStatus.Works, $"The metadata are at {address}."));
                JudgeClock(profile, found.Date, words, findings);
                return (new ProviderMetadata(root), true);
            }

            if (unusable is not null && (nearest is null || unusable.Cause < nearest.Cause)) nearest = unusable;
            tried.Add(DocumentFaults.At(address, fault ?? unusable!.Words));
        }

        findings.Add(new IssuerFinding(
            "metadata", IssuerFindingStatus.Fails, $"No metadata were found. {string.Join("; ", tried)}.",
            (nearest is null ? null : DocumentRemedies.Of(nearest.Cause, words)) ?? (isReachable ? "Write the issuer exactly as the provider names itself, or write the address of its metadata into 'metadata'."
                : "Check the name, the network and the proxy to the provider. The gateway follows no redirect, and uses no proxy from the environment."))
        { ConcernsEveryToken = true });
        return (null, isReachable);
    }

    private void JudgeClock(IssuerProfile profile, DateTimeOffset? date, ExaminationWords words, List<IssuerFinding> findings)
    {
        if (date is not { } theirs)
            return;
        var difference = (theirs - this.time.GetUtcNow()).Duration();
        var seconds = difference.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        findings.Add(difference > profile.ClockSkew
            ? new IssuerFinding("clock", IssuerFindingStatus.Fails,
            $"The provider's clock and this one differ by {seconds} s. The gateway tolerates {profile.ClockSkew.TotalSeconds:0} s, so it "
                + $"refuses new {words.Tokens}.",
            ExaminationWords.Join("Synchronize both clocks by NTP.", words.ClockRemedy))
            { ConcernsEveryToken = true }
            : new IssuerFinding("clock", IssuerFindingStatus.Works, $"The provider's clock and this one differ by {seconds} s."));
    }

    // Threat: metadata of one issuer served for another (mix-up; RFC 8414 §3.3).
    private static void JudgeNames(IssuerProfile profile, ProviderMetadata metadata, ExaminationWords words, List<IssuerFinding> findings)
    {
        var named = metadata.Text("issuer");
        findings.Add(named == profile.Issuer
            ? new IssuerFinding("issuer", IssuerFindingStatus.Works, "The metadata name the issuer exactly as configured.")
            : new IssuerFinding("issuer", IssuerFindingStatus.Fails,
            $"{DocumentFaults.OtherIssuer(named)}{(named is null ? "" : $", {named}")}. The configuration names {profile.Issuer}. {words.NothingWorks}.", named is null
                ? "Ask the provider's administrator." : $"Write 'issuer: {named}', if that is the intended provider.")
            { ConcernsEveryToken = true });
    }

    // A sign-in takes the name of the metadata, and needs no key of the configuration.
    private static void JudgeTokenIssuer(JwksCacheOptions options, ProviderMetadata metadata, List<IssuerFinding> findings)
    {
        if (options.AccessTokenIssuer is { } expected && metadata.Text("access_token_issuer") is { } tokens && tokens != expected)
            findings.Add(new IssuerFinding("token issuer", IssuerFindingStatus.Fails,
                $"{DocumentFaults.OtherTokenIssuer}. They have {tokens}, and the gateway expects {expected}.", $"Write 'tokenIssuer: {tokens}'.")
            { ConcernsEveryToken = true });
    }

    private async Task JudgeKeysAsync(IssuerProfile profile, ProviderMetadata metadata, ExaminationWords words, List<IssuerFinding> findings,
        CancellationToken cancellationToken)
    {
        var isLoopback = IssuerUri.IsLoopbackHttp(new Uri(profile.Issuer.Replace(EntraTokenProfile.TenantPlace, "tenant", StringComparison.Ordinal)));
        if (!Uri.TryCreate(metadata.Text("jwks_uri"), UriKind.Absolute, out var uri) || !IssuerUri.IsFetchable(uri, isLoopback))
        {
            findings.Add(new IssuerFinding(Keys, IssuerFindingStatus.Fails, DocumentFaults.NoKeysAddress + ".",
                ExaminationWords.Join("Ask the provider's administrator.", words.NoKeysRemedy))
            { ConcernsEveryToken = true });
            return;
        }

        var (document, fault) = await GetAsync(uri, JsonWebKeySet.MaxDocumentBytes, cancellationToken).ConfigureAwait(false);
        if (document is not { } found)
        {
            findings.Add(new IssuerFinding(Keys, IssuerFindingStatus.Fails, $"The keys cannot be fetched from {DocumentFaults.At(uri, fault!)}.",
                "Check the network to the provider.")
            { ConcernsEveryToken = true });
            return;
        }

        findings.Add(UnusableDocument.Of(found, out var root) is { } unusable
            ? new IssuerFinding(Keys, IssuerFindingStatus.Fails, $"The keys cannot be fetched from {DocumentFaults.At(uri, unusable.Words)}.",
                DocumentRemedies.Of(unusable.Cause, words) ?? "The metadata name an address without keys. Ask the provider's administrator.")
            { ConcernsEveryToken = true }
            : JudgeKeys(profile, uri, root, words));
    }

    private static IssuerFinding JudgeKeys(IssuerProfile profile, Uri uri, JsonElement document, ExaminationWords words)
    {
        try
        {
            var keys = JsonWebKeySet.Read(document).Keys;
            if (keys.IsEmpty)
                return new IssuerFinding(Keys, IssuerFindingStatus.Fails, $"{DocumentFaults.EmptyKeySet(uri)}. {words.NothingWorks}.",
                    $"Let the provider create and publish a key that signs {words.Tokens}: it has none, or its last one was removed before the next was published. If it "
                        + "signs for another realm or tenant, write that one as 'issuer'.")
                { ConcernsEveryToken = true };
            var usable = keys.Count(key => profile.Algorithms.Any(key.Fits));
            var algorithms = profile.Algorithms.Where(algorithm => keys.Any(key => key.Fits(algorithm)));
            return usable > 0
                ? new IssuerFinding(Keys, IssuerFindingStatus.Works,
                $"Keys that can verify tokens: {usable} of {keys.Length}, with {string.Join(", ", algorithms)}.")
                : new IssuerFinding(Keys, IssuerFindingStatus.Fails,
                $"{DocumentFaults.NoUsableKey(keys.Length)}, with {string.Join(", ", profile.Algorithms)}: {Uses(keys)}.",
                KeyRemedy(keys, words))
                { ConcernsEveryToken = true };
        }
        catch (FormatException fault)
        {
            return new IssuerFinding(Keys, IssuerFindingStatus.Fails, $"The gateway refuses the key set. {fault.Message}",
                "Ask the provider's administrator.")
            { ConcernsEveryToken = true };
        }
    }

    // A key that is for something else is not repaired by another algorithm.
    private static string KeyRemedy(ImmutableArray<JsonWebKey> keys, ExaminationWords words)
    {
        if (keys.All(static key => key.Use == JsonWebKeyUse.OtherPurpose))
            return $"'use', 'key_ops' or 'alg' of each key says that it is for something else, such as encryption. Let the provider publish the key that signs "
                + $"{words.Tokens} with 'use: sig', or name a realm, tenant or address whose key set has it.";
        return words.AlgorithmRemedy + " with ES256, PS256 or RS256 of 2048 bits.";
    }

    private static string Uses(ImmutableArray<JsonWebKey> keys) =>
        string.Join(", ", keys.GroupBy(key => key.Use).Select(group => $"{group.Count()} {group.Key}"));

    private static void JudgeTokens(IssuerProfile profile, List<IssuerFinding> findings) => findings.Add(profile.Kind switch
    {
        IssuerKind.Entra =>
            new IssuerFinding("tokens", IssuerFindingStatus.Works,
                "The gateway reads them as tokens of Entra: 'typ: JWT', distinguished from ID tokens by their claims. Their audience is the application. Name it in "
                    + "'audiences' of the server."),
        IssuerKind.AdFs => new IssuerFinding("tokens", IssuerFindingStatus.Works,
            "The gateway reads them as tokens of AD FS: 'typ: JWT', distinguished from ID tokens by issuer and claims. Their audience is the identifier of the Web "
                + "API. Make it the server's URL, or name it in 'audiences'."),
        _ when profile.AcceptedTypes == AccessTokenTypes.Rfc9068OrJwt =>
            new IssuerFinding("tokens", IssuerFindingStatus.Limits,
                "The gateway accepts 'typ: JWT' in addition to at+jwt. It then recognizes ID tokens only by their claims.",
                "Let the provider write at+jwt (RFC 9068) if it can, and remove 'acceptUntypedTokens'."),
        _ => new IssuerFinding("tokens", IssuerFindingStatus.Limits, "Tokens must have 'typ: at+jwt' (RFC 9068). The metadata do not show whether they have.",
            "If the log says TypeMismatch, switch the provider to RFC 9068 tokens, or set 'acceptUntypedTokens'."),
    });

    private static void JudgeSignIn(IssuerProfile profile, ProviderMetadata metadata, IssuerRequirements demands, List<IssuerFinding> findings)
    {
        findings.Add(metadata.Lists("code_challenge_methods_supported", "S256")
            ? new IssuerFinding("PKCE", IssuerFindingStatus.Works, "S256 is supported.")
            : profile.Kind == IssuerKind.Strict
                ? new IssuerFinding("PKCE", IssuerFindingStatus.Fails,
                "The metadata do not list S256, so clients that follow MCP refuse to sign in.",
                "Let the provider list S256 in code_challenge_methods_supported, or give clients tokens in another way.")
                : new IssuerFinding("PKCE", IssuerFindingStatus.Limits,
                "The provider supports S256, but its metadata do not list it. Clients that require it in the metadata refuse to sign in.",
                "Use clients that accept manual settings for the provider."));
        findings.Add(profile.Kind == IssuerKind.Strict
            ? new IssuerFinding("resource", IssuerFindingStatus.Limits,
            "The metadata do not show whether the provider uses the parameter 'resource' (RFC 8707).",
            "If the log says AudienceMismatch or AudienceMissing, make the server's URL an API of the provider, or name the provider's audience in "
                + "'audiences'.")
            : new IssuerFinding("resource", IssuerFindingStatus.Limits,
            "The provider takes the resource from the scope, and some of its endpoints refuse the parameter 'resource' (RFC 8707) that MCP clients "
                + "send.", "Ask for scopes of the application (api://…/…) and name its audience in 'audiences'."));
        var grants = metadata.Texts("grant_types_supported");
        if (grants is { } listed && !listed.Contains("refresh_token", StringComparer.Ordinal))
            findings.Add(new IssuerFinding("refresh", IssuerFindingStatus.Limits, "The provider issues no refresh tokens, so people sign in again whenever a token expires.",
                "Let the provider issue refresh tokens, or tokens with a longer lifetime."));
        JudgeScopes(profile, metadata, demands, findings);
    }

    private static void JudgeScopes(IssuerProfile profile, ProviderMetadata metadata, IssuerRequirements demands, List<IssuerFinding> findings)
    {
        if (!demands.ServersWithoutScopes.IsEmpty)
        {
            findings.Add(new IssuerFinding(
                "sign-in scopes", IssuerFindingStatus.Limits,
                $"The gateway's metadata name no scope for {string.Join(", ", demands.ServersWithoutScopes)}, so stock clients request none, and "
                    + $"many providers then grant nothing (access_denied, invalid_scope).",
                "Set 'servers.NAME.scopes' to a scope that the provider has for the server. This is not necessary if no person signs in."));
        }

        var known = metadata.Texts("scopes_supported");
        var missing = demands.Scopes.Where(scope => known is { } all && !all.Contains(scope, StringComparer.Ordinal)).ToList();
        if (missing.Count > 0 && profile.Kind == IssuerKind.Strict)
            findings.Add(new IssuerFinding("scopes", IssuerFindingStatus.Limits,
                $"Servers require {string.Join(", ", missing)}, which the provider does not list.",
                "Define the scopes at the provider, or check their spelling."));
    }

    private static void JudgeBinding(ProviderMetadata metadata, IssuerRequirements demands, List<IssuerFinding> findings)
    {
        var hasDPoP = metadata.Texts("dpop_signing_alg_values_supported")?.Any(SignatureAlgorithm.IsKnown) == true;
        if (hasDPoP || demands.NeedsDPoP)
        {
            findings.Add(hasDPoP
                ? new IssuerFinding("DPoP", IssuerFindingStatus.Works, "Tokens can be bound to a key.")
                : new IssuerFinding("DPoP", IssuerFindingStatus.Fails,
                "A server accepts only tokens bound to a key, and the provider lists no algorithm for that.",
                "Set 'senderConstraint: accept' for that server, or use a provider with DPoP (RFC 9449)."));
        }

        var hasMutualTls = metadata.IsTrue("tls_client_certificate_bound_access_tokens");
        if (hasMutualTls || demands.NeedsMutualTls)
        {
            findings.Add(hasMutualTls
                ? new IssuerFinding("mTLS", IssuerFindingStatus.Works, "Tokens can be bound to a certificate.")
                : new IssuerFinding("mTLS", IssuerFindingStatus.Fails,
                "A server accepts only tokens bound to a certificate, and the provider does not issue them.",
                "Set 'senderConstraint: accept' for that server, or use a provider with RFC 8705."));
        }
    }

    private static void JudgeIntrospection(ProviderMetadata metadata, IssuerRequirements demands, List<IssuerFinding> findings)
    {
        if (!demands.Introspects)
            return;
        findings.Add(demands.IntrospectionEndpoint is not null || metadata.Text("introspection_endpoint") is not null
            ? new IssuerFinding("introspection", IssuerFindingStatus.Works, "The provider answers requests about opaque tokens.")
            : new IssuerFinding("introspection", IssuerFindingStatus.Fails,
            "Introspection is configured, but the metadata name no endpoint, so the gateway refuses opaque tokens.", "Name it in 'introspection.endpoint'."));
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a fetch throws is the finding.")]
    private async Task<(FetchedDocument? Document, string? Fault)> GetAsync(Uri uri, int maxBytes, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(LongestFetch, this.time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // The wait also ends for a fetcher that does not notice the cancellation.
            var fetch = this.fetcher.GetAsync(uri, maxBytes, either.Token).AsTask();
            return (await fetch.WaitAsync(either.Token).ConfigureAwait(false), null);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, FetchFault.Of(fault));
        }
    }
}
