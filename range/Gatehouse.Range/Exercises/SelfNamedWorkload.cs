using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Gateway;
using Gatehouse.Identity.Certificates;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A workload with a key that is pinned writes itself a certificate in the name of another.</summary>
public sealed class SelfNamedWorkload : Exercise
{
    private const string Billing = "spiffe://mesh.example/billing";
    private const string Agent = "spiffe://mesh.example/agent";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly ECDsa BillingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ECDsa AgentKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <inheritdoc />
    public override string Id => "self-named-workload";

    /// <inheritdoc />
    public override string Title => "Self-made certificate with another workload's name";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-06", "ID-09"];

    /// <inheritdoc />
    public override string Protection => "stage authenticate, names of workloads from the configuration";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server identifies workloads by pinned keys, without an authority, and reads the name of the workload from the certificate.",
        "The attacker runs one of the workloads. The attacker writes a certificate with the pinned key of that workload, the name of another "
            + "workload, and an expiry date in fifty years.",
        "If no authority vouches for names, Gatehouse takes the name of a key from its configuration and ignores the name in the certificate. It "
            + "refuses a list of pins without names.",
        "With a check that reads the name from the certificate, the attacker reads the other workload's secret again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) =>
        (await CanaryServer.StartAsync(fixture, context => NameOf(context.Request.Headers["Client-Cert"]) == Billing).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url) with { CertificateIssuers = ["mesh"] };

    internal override IReadOnlyList<PolicyRule> Rules =>
        [new PolicyRule { Id = "billing", Who = new WhoClause { Subjects = new NameSet([Billing]) } }];

    // The script plays the proxy that ends TLS; it has checked that the client holds the key.
    internal override GatewaySettings Configure(GatewaySettings settings) => settings with
    {
        Listen = settings.Listen with { TlsEndedByProxies = ["127.0.0.1"], ClientCertificates = ClientCertificates.Header },
        CertificateIssuers =
        [
            new CertificateIssuerSettings
            {
                Name = "mesh",
                Workloads = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
                    { [Billing] = [PinOf(BillingKey)], [Agent] = [PinOf(AgentKey)] },
            },
        ],
    };

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None
        .Put(PartNames.Authenticate,
        new NaiveAuthenticate(fixture.Issuer, static _ => null)
        {
            RecogniseHead = head => Task.FromResult(NameOf(head.Single(RequestHeader.ClientCertificate))),
        });

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var client = context.With(null);
        client.Certificate = Header(AgentKey, Billing, years: 50);
        var begun = await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("secret").ConfigureAwait(false);
        var read = reply.Holds(context.Canary.Secret);
        return [new Attempt("the agent's key, the name of billing", read, read
            ? "the secret came back" : $"no secret: {begun.Summary()}, then {reply.Summary()}")];
    }

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = context.With(null);
        client.Certificate = Header(BillingKey, Billing, years: 1);
        await client.InitializeAsync().ConfigureAwait(false);
        return (await client.CallAsync("echo", new { text = "fine" }).ConfigureAwait(false)).Holds("fine");
    }

    // A pinned key is good, and its certificate says whose it is.
    private static string? NameOf(string? header)
    {
        if (header is null || !PresentedCertificate.TryReadHeader(header, out var shown)) return null;
        using var key = shown.Certificate.GetECDsaPublicKey();
        var isPinned = key is not null && new[] { PinOf(BillingKey), PinOf(AgentKey) }.Contains(PinOf(key), StringComparer.Ordinal);
        return isPinned ? shown.Certificate.Subject["CN=".Length..] : null;
    }

    private static string PinOf(ECDsa key) => Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    private static string Header(ECDsa key, string name, int years)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(name));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientAuthentication)], false));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddHours(-1), now.AddYears(years));
        return $":{Convert.ToBase64String(made.RawData)}:";
    }
}
