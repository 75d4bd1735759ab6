using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Clients;
using Gatehouse.Identity.Development;
using Gatehouse.Identity.Introspection;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Testing;

namespace Gatehouse.Bench.Micro;

/// <summary>What a proof of possession and introspection cost beside a plain token.</summary>
internal sealed class SenderCosts : IDisposable
{
    private readonly string resource;
    private readonly TokenValidator validator;
    private readonly AccessTokenValue plain;
    private readonly AccessTokenValue bound;
    private readonly PossessionEvidence evidence;
    private readonly DPoPProofMaker client = new(TimeProvider.System);

    public SenderCosts(DevelopmentIssuer issuer, string resource)
    {
        this.resource = resource;
        var proofs = new DPoPProofs(
            new ForgetfulReplays(), new DPoPNonces(() => [new byte[DPoPNonces.KeyBytes]], TimeProvider.System),
            new DPoPOptions { DemandNonce = false, ProofLife = TimeSpan.FromMinutes(5) }, TimeProvider.System);
        validator = new TokenValidator([issuer.TrustedIssuer], new InMemoryRevocationList(TimeProvider.System), new VerifiedTokenCache(),
            TimeProvider.System, proofs);
        plain = new AccessTokenValue(issuer.Mint(new DevelopmentGrant { Subject = "developer", Audience = resource }).Reveal().ToString());
        var text = issuer.Mint(
            new DevelopmentGrant { Subject = "developer", Audience = resource, Binding = new TokenBinding(client.Thumbprint, null) }).Reveal()
                .ToString();
        bound = new AccessTokenValue(text);
        evidence = new PossessionEvidence { Scheme = TokenScheme.DPoP, Method = "POST", Proof = client.Make("POST", resource, text) };
    }

    /// <summary>A remembered bearer token.</summary>
    public void Plain() => Require(validator.ValidateAsync(plain, new TokenUse(resource), CancellationToken.None));

    /// <summary>A remembered bound token with its proof.</summary>
    public void Proven() => Require(validator.ValidateAsync(bound, new TokenUse(resource) { Evidence = evidence }, CancellationToken.None));

    /// <summary>An opaque token, as an operation.</summary>
    /// <param name="remembered">Whether the issuer's answer is; otherwise it is asked each time, without a network.</param>
    public Action Opaque(bool remembered)
    {
        var instant = new InstantIssuer(resource);
        var profile = new IssuerProfile { Issuer = "https://issuer.example" };
        var options = new IntrospectionOptions
        {
            Endpoint = new Uri("https://issuer.example/introspect"),
            Client = new ClientSecret("bench", static () => new SecretText("bench")),
            CacheLife = remembered ? TimeSpan.FromMinutes(5) : TimeSpan.Zero,
        };
        var introspector = new TokenIntrospector(profile, options, instant, instant, null, TimeProvider.System);
        var keys = new StaticIssuerKeys(JsonWebKeySet.Parse("{\"keys\":[]}"u8.ToArray()));
        var asking = new TokenValidator([new TrustedIssuer(profile, keys, introspector)], new InMemoryRevocationList(TimeProvider.System),
            new VerifiedTokenCache(), TimeProvider.System);
        var token = new AccessTokenValue("mF_9.B5f-4.1JqM");
        return () => Require(asking.ValidateAsync(token, new TokenUse(resource), CancellationToken.None));
    }

    public void Dispose() => client.Dispose();

    private static void Require(ValueTask<TokenResult> validation)
    {
        var result = validation.IsCompletedSuccessfully ? validation.Result : validation.AsTask().GetAwaiter().GetResult();
        if (!result.IsVerified) throw new InvalidOperationException($"the token is refused: {result.Refusal}");
    }
}
