using System.Buffers.Text;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Range.Running;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>An authenticate stage that looks at proofs of possession and leaves something out.</summary>
/// <param name="issuer">The identity provider.</param>
/// <param name="recognise">From token and proof to a name; null refuses.</param>
internal sealed class NaiveProofs(RangeIssuer issuer, Func<string?, string?, string?> recognise) : IStage
{
    private const string Scheme = "DPoP ";

    public string Name => "authenticate";

    /// <summary>The subject of a token whose proof is signed by the key it brings along.</summary>
    /// <param name="authorization">The header with the token.</param>
    /// <param name="proof">The header with the proof.</param>
    /// <param name="issuer">The identity provider.</param>
    /// <param name="heedsBinding">Whether that key must be the token's.</param>
    public static string? Subject(string? authorization, string? proof, RangeIssuer issuer, bool heedsBinding)
    {
        if (authorization?.StartsWith(Scheme, StringComparison.Ordinal) != true) return null;
        var token = authorization[Scheme.Length..];
        if (NaiveTokens.SubjectWithoutAudience(token, issuer) is not { } person || RangeKey.SignerOf(proof) is not { } signer) return null;
        return !heedsBinding || BoundTo(token) == signer ? person : null;
    }

    public async ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        if (recognise(exchange.Head.Single(RequestHeader.Authorization), exchange.Head.Single(RequestHeader.DPoP)) is not { } person)
            return StageOutcome.Deny(Reasons.TokenRefused);
        var resource = exchange.Snapshot.Settings.Resource(exchange.Server);
        var validator = new TokenValidator(
            [new TrustedIssuer(new IssuerProfile { Issuer = issuer.Name }, new StaticIssuerKeys(JsonWebKeySet.Parse(issuer.KeySet())))],
            new InMemoryRevocationList(TimeProvider.System), new VerifiedTokenCache(), TimeProvider.System);
        var result = await validator.ValidateAsync(new AccessTokenValue(issuer.Mint(person, resource)), resource, cancellation).ConfigureAwait(false);
        exchange.Caller = result.Token ?? throw new InvalidOperationException($"the range's own token was refused: {result.Refusal}");
        return StageOutcome.Continue;
    }

    private static string? BoundTo(string token) =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement.TryGetProperty("cnf", out var binding)
            ? binding.GetProperty("jkt").GetString() : null;
}
