using System.Text.Json.Nodes;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.ProofOfPossession;

/// <summary>A validator that takes proofs, a client with a key, and a token bound to it.</summary>
internal sealed class SenderBench : IDisposable
{
    public const string Url = ValidatorBench.Resource;

    public SenderBench(DPoPOptions? options = null, IDPoPReplayCache? replays = null)
    {
        Clock = new ManualTimeProvider();
        Client = new DPoPProofMaker(Clock);
        Nonces = new DPoPNonces(() => NonceKeys, Clock);
        Proofs = new DPoPProofs(replays ?? new InMemoryDPoPReplayCache(Clock), Nonces, options ?? new DPoPOptions { DemandNonce = false }, Clock);
        var issuer = new TrustedIssuer(new IssuerProfile { Issuer = ValidatorBench.Issuer }, new FakeIssuerKeys(TestKeySet.Of(ValidatorBench.Es256)));
        Validator = new TokenValidator([issuer], new InMemoryRevocationList(Clock), new VerifiedTokenCache(), Clock, Proofs);
        Token = Bound(new JsonObject { ["jkt"] = Client.Thumbprint });
    }

    public ManualTimeProvider Clock { get; }

    public DPoPProofMaker Client { get; }

    public DPoPNonces Nonces { get; }

    public List<byte[]> NonceKeys { get; } = [new byte[DPoPNonces.KeyBytes]];

    public DPoPProofs Proofs { get; }

    public TokenValidator Validator { get; }

    public string Token { get; }

    public string Bound(JsonNode? confirmation)
    {
        var draft = new TokenDraft(ValidatorBench.Es256, ValidatorBench.Issuer, Url, Clock.GetUtcNow());
        draft.Claims["exp"] = Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        if (confirmation is not null)
            draft.Claims["cnf"] = confirmation;
        return draft.Write();
    }

    /// <summary>Sends a token with a proof.</summary>
    public async Task<TokenRefusal?> SendAsync(string? proof, string? token = null, string method = "POST",
        SenderConstraintRequirement demand = SenderConstraintRequirement.Accept) =>
        await UseAsync(token ?? Token, new PossessionEvidence { Scheme = TokenScheme.DPoP, Proof = proof, Method = method }, demand);

    public async Task<TokenRefusal?> UseAsync(string token, PossessionEvidence evidence,
        SenderConstraintRequirement demand = SenderConstraintRequirement.Accept)
    {
        var use = new TokenUse(Url) { Demand = demand, Evidence = evidence };
        return (await Validator.ValidateAsync(new AccessTokenValue(token), use, TestContext.Current.CancellationToken)).Refusal;
    }

    public void Dispose() => Client.Dispose();
}
