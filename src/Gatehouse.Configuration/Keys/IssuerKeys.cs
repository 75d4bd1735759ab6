using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.Issuers;
using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of issuers, of proofs of possession and of workloads.</summary>
internal static class IssuerKeys
{
    private static readonly KeysOf<DPoPSettings> Proof = new(new DPoPSettings());

    private static readonly KeysOf<RevocationSettings> Revocation = new(new RevocationSettings());

    private static readonly KeysOf<IssuerSettings> Issuer = new(new IssuerSettings { Issuer = "" });

    private static readonly KeysOf<IssuerClientSettings> Client = new(new IssuerClientSettings { Id = "" });

    private static readonly KeysOf<IntrospectionSettings> Introspection = new(new IntrospectionSettings());

    private static readonly KeysOf<EntraGraphSettings> Graph = new(new EntraGraphSettings());

    private static readonly KeysOf<IssuerEventsSettings> Events = new(new IssuerEventsSettings());

    private static readonly KeysOf<CertificateIssuerSettings> Certificates = new(new CertificateIssuerSettings { Name = "" });

    /// <summary>The rows of issuers.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("issuers", SectionList,
            "OpenID Connect providers whose access tokens (JWT) the gateway accepts. At least one is required, except with authorizationServer or `--dev`."),
        new("issuers[].issuer", KeyKind.Text, "Issuer, exactly as in its metadata and tokens. Use https, or http on loopback.") { Required = true },
        Issuer.Text("issuers[].name", "Name by which credentials of servers refer to it. They can also write the issuer itself.",
            one => one.Name, (one, value) => one with { Name = value }),
        new("issuers[].client", Section,
            "The gateway as a client of the issuer: for introspection, for Microsoft Graph, and for credentials of servers that the issuer issues.")
            { OneOf = ["secret", "key", "certificate"] },
        new("issuers[].client.id", KeyKind.Text, "Client id of the gateway at the issuer.") { Required = true },
        .. ClientProofs("issuers[].client"),
        Issuer.Choice("issuers[].profile", "Shape of its tokens: RFC 9068, Microsoft Entra ID or AD FS.",
            [("strict", IssuerProfileName.Strict), ("entra", IssuerProfileName.Entra), ("adfs", IssuerProfileName.AdFs)],
            one => one.Profile, (one, value) => one with { Profile = value }),
        Issuer.Texts("issuers[].tenants",
            "Entra: the allowed tenants, as GUIDs, if the issuer contains `{tenantid}`. There is no value that allows all tenants.",
            one => one.Tenants, (one, value) => one with { Tenants = value }),
        Issuer.Url("issuers[].metadata", "Address of its metadata, if it does not follow from the issuer.",
            one => one.Metadata, (one, value) => one with { Metadata = value })
                with
                {
                    Derived = "`/.well-known/openid-configuration` under the issuer, then the addresses of RFC 8414; for Entra those of the login host",
                },
        Issuer.Texts("issuers[].hosts",
            "Hosts, in addition to its own, that its metadata may name at addresses that are not public. All other addresses in the metadata must "
                + "be public and use https.",
            one => one.Hosts, (one, value) => one with { Hosts = value }),
        Issuer.Text("issuers[].tokenIssuer", "AD FS: the `iss` of its access tokens.",
            one => one.TokenIssuer, (one, value) => one with { TokenIssuer = value })
                with { Derived = "`http://`, the host of the issuer and `/adfs/services/trust`" },
        Issuer.Text("issuers[].subjectClaim", "Claim that names the subject.",
            one => one.SubjectClaim, (one, value) => one with { SubjectClaim = value })
                with { Derived = "`sub`; for AD FS else `upn`, `unique_name`; for Entra always `oid` and `tid`" },
        new("issuers[].scopeImplies", TextListMap,
            "Scopes of this issuer that include others, such as `admin: [read, write]`. The gateway follows every step. Circles are not allowed.")
                { Default = "{}" },
        new("issuers[].introspection", Section,
            "The gateway asks the issuer about tokens that are not JWTs (RFC 7662). Only one issuer can have this section, because an opaque token "
                + "does not name its issuer. The gateway authenticates as `client`.") { MayBeEmpty = true },
        Introspection.Url("issuers[].introspection.endpoint", "Address of the introspection endpoint.",
            one => one.Endpoint, (one, value) => one with { Endpoint = value }) with { Derived = "`introspection_endpoint` of its metadata" },
        Introspection.Duration("issuers[].introspection.cacheLife",
            "Time for which the gateway uses a positive answer, if the token does not expire earlier. A token that the issuer revoked still passes "
                + "for this time.", "0s", "5m",
            one => one.CacheLife, (one, value) => one with { CacheLife = value }),
        Introspection.Number("issuers[].introspection.cacheEntries", "Maximum number of cached answers.", "1", "1000000",
            one => one.CacheEntries, (one, value) => one with { CacheEntries = value }),
        new("issuers[].graph", Section,
            "Entra: the gateway asks Microsoft Graph whether an assignment of Privileged Identity Management is active, for rules with "
                + "`access.source: entra-pim:...`. The issuer must be of one tenant, which is also the tenant of the application. The gateway "
                + "authenticates as `client`.") { MayBeEmpty = true },
        Graph.Url("issuers[].graph.origin", "Origin of Microsoft Graph. Another one is for a national cloud.",
            one => one.Origin, (one, value) => one with { Origin = value }),
        Graph.Duration("issuers[].graph.recheck",
            "Time for which an answer of Microsoft Graph counts. A right that ended in Entra permits nothing after this time, at the latest.",
            "30s", "15m",
            one => one.Recheck, (one, value) => one with { Recheck = value }),
        Graph.Duration("issuers[].graph.timeout", "Time for one check, with the wait for its turn. The right does not count when it is over.",
            "1s", "30s",
            one => one.Timeout, (one, value) => one with { Timeout = value }),
        new("issuers[].events", Section,
            "Events of the issuer about its people (Shared Signals), such as the end of an account. They end sessions, streams and credentials.")
            { AnyOf = ["poll", "pushToken", "logout"] },
        Events.Url("issuers[].events.poll",
            "Endpoint of the stream that the gateway polls (RFC 8936). The gateway authenticates with `token`, otherwise with a token that the issuer "
                + "issues to `client`.", one => one.Poll, (one, value) => one with { Poll = value }),
        Events.Text("issuers[].events.transmitter",
            "The `iss` of the events, if another party than the issuer signs them. Its metadata are at `/.well-known/ssf-configuration`.",
            one => one.Transmitter, (one, value) => one with { Transmitter = value })
                with { Derived = "the issuer, with the keys of its tokens" },
        Events.Text("issuers[].events.audience", "The `aud` of events for this gateway.",
            one => one.Audience, (one, value) => one with { Audience = value }) with { Derived = "the origin of publicUrl" },
        Events.Secret("issuers[].events.token", $"Source of the bearer token for polls: {SecretSources.Text}.",
            one => one.Token, (one, value) => one with { Token = value }) with { OnlyWith = "poll" },
        Events.Texts("issuers[].events.scopes", "Scopes of the token that the issuer issues to `client` for polls.",
            one => one.Scopes, (one, value) => one with { Scopes = value }) with { OnlyWith = "poll" },
        Events.Secret("issuers[].events.pushToken",
            "Source of the bearer token that the transmitter sends with a push (RFC 8935). The endpoint is publicUrl, `/events/push/` and the name "
                + $"of the issuer: {SecretSources.Text}.",
            one => one.PushToken, (one, value) => one with { PushToken = value }),
        Events.Switch("issuers[].events.logout",
            "True accepts logout tokens (OpenID Connect Back-Channel Logout). The endpoint is publicUrl, `/events/logout/` and the name of the issuer.",
            one => one.Logout, (one, value) => one with { Logout = value }),
        Issuer.Texts("issuers[].algorithms", "Accepted signature algorithms.",
            one => one.Algorithms, (one, value) => one with { Algorithms = value }) with { Allowed = IssuerProfile.AllAlgorithms },
        Issuer.Switch("issuers[].acceptUntypedTokens",
            "True accepts `typ: JWT` or no `typ`, in addition to `at+jwt`. Use it for providers that are older than RFC 9068.",
            one => one.AcceptUntypedTokens, (one, value) => one with { AcceptUntypedTokens = value }),
        Issuer.Duration("issuers[].clockSkew", "Tolerated difference between clocks.", "0s", "300s",
            one => one.ClockSkew, (one, value) => one with { ClockSkew = value }),
        Issuer.Duration("issuers[].staleKeys", "Time for which the gateway uses the last good keys while it cannot reach the issuer.", "10m", "168h",
            one => one.StaleKeys, (one, value) => one with { StaleKeys = value }),
    ];

    /// <summary>Returns the rows of the ways in which the gateway authenticates as a client.</summary>
    /// <param name="at">The path of the section.</param>
    public static IEnumerable<ConfigurationKey> ClientProofs(string at) =>
    [
        Client.Secret($"{at}.secret", $"Source of the client secret: {SecretSources.Text}.",
            one => one.Secret, (one, value) => one with { Secret = value }),
        Client.Secret($"{at}.key",
            $"Source of a private key in PEM, RSA or P-256, by which the gateway signs assertions (`private_key_jwt`): {SecretSources.Text}.",
            one => one.Key, (one, value) => one with { Key = value }),
        Client.Text($"{at}.keyId", "The `kid` of these assertions.",
            one => one.KeyId, (one, value) => one with { KeyId = value }) with { OnlyWith = "key", Derived = "the thumbprint of the key (RFC 7638)" },
        Client.Secret($"{at}.certificate",
            $"Source of an RSA certificate with its private key, as PEM with both or as PKCS #12 in base64: {SecretSources.Text}.",
            one => one.Certificate, (one, value) => one with { Certificate = value }),
    ];

    /// <summary>The rows of proofs of possession.</summary>
    public static IEnumerable<ConfigurationKey> Proofs =>
    [
        new("dpop", Section, "Proofs of possession (DPoP, RFC 9449) of tokens that are bound to a key."),
        Proof.Switch("dpop.demandNonce",
            "True refuses a proof without a nonce of the gateway. A client receives the nonce with the first refusal. False lets clients make "
                + "proofs in advance.",
            one => one.DemandNonce, (one, value) => one with { DemandNonce = value }),
        Proof.Duration("dpop.proofLife", "Maximum age of a proof.", "5s", "5m",
            one => one.ProofLife, (one, value) => one with { ProofLife = value }),
        Proof.Number("dpop.maxProofs",
            "Maximum number of remembered proofs. The gateway remembers proofs so that none is used twice. When the number is reached, it refuses "
                + "further proofs.", "1", "10000000",
            one => one.MaxProofs, (one, value) => one with { MaxProofs = value }) with { NeedsRestart = true },
        Proof.Number("dpop.maxProofsPerKey", "Maximum number of remembered proofs of one key.", "1", "10000000",
            one => one.MaxProofsPerKey, (one, value) => one with { MaxProofsPerKey = value })
                with { NeedsRestart = true, BelongsTo = BoundOwner.Caller },
    ];

    /// <summary>The rows of workloads, and of the list of revocations.</summary>
    public static IEnumerable<ConfigurationKey> Workloads =>
    [
        new("certificateIssuers", SectionList,
            "Issuers of certificates for workloads that need no token. The trust store of the system has no effect here. Callers with such a "
                + "certificate have the issuer `certificate:` and the name.") { OneOf = ["authorities", "workloads"] },
        new("certificateIssuers[].name", KeyKind.Text, "Name that servers refer to.") { Required = true },
        new("certificateIssuers[].authorities", Place, "PEM file of the authorities: the self-signed root and intermediates."),
        new("certificateIssuers[].pins", TextList,
            "Accepted public keys of workloads among those that the authorities issued, as `sha256/` and the base64 of the SHA-256 of the SPKI. "
                + "Pins require authorities, because a key does not name a workload.") { Default = "[]" },
        new("certificateIssuers[].workloads", TextListMap,
            "Used instead of authorities: the workloads by their names as callers, each with the pins of its keys. The gateway ignores the name and the "
                + "expiry date in such a certificate. To remove a workload, remove its pin.") { Default = "{}" },
        Certificates.Choice("certificateIssuers[].subject",
            "Part of the certificate that names the workload: its only URI (SPIFFE), its only DNS name, or its whole subject name.",
            [("uri", CertificateSubject.Uri), ("dns", CertificateSubject.Dns), ("name", CertificateSubject.Name)],
            one => one.Subject, (one, value) => one with { Subject = value }) with { OnlyWith = "authorities" },
        Certificates.Place("certificateIssuers[].revocationList",
            "File of the revocation lists (CRL) of the authorities. The gateway checks it as often as revocations.checkEvery. A list applies only "
                + "to its own authority. The gateway accepts a certificate only while it has the current list of the authority that issued the "
                + "certificate.",
            one => one.RevocationList, (one, value) => one with { RevocationList = value }) with { OnlyWith = "authorities" },
        Certificates.Texts("certificateIssuers[].scopes", "Scopes of each of its workloads. Wildcards are refused.",
            one => one.Scopes, (one, value) => one with { Scopes = value }),
        new("revocations", Section, "Revocations that other programs write."),
        Revocation.Place("revocations.file", "File of the list, in lines of JSON. See the page on control.",
            one => one.File, (one, value) => one with { File = value }),
        Revocation.Duration("revocations.checkEvery",
            "Time between two checks of the files of revocations. A change takes effect within this time, for open streams too.", "1s", "5m",
            one => one.CheckEvery, (one, value) => one with { CheckEvery = value }),
    ];
}
