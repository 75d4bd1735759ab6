using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Range.Running;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>
/// An authenticate stage that believes what a naive check says: it finds a name for the request and takes it for the caller.
/// </summary>
/// <param name="issuer">The identity provider.</param>
/// <param name="recognise">From the token, or null without one, to a name; null refuses.</param>
/// <param name="add">Adds claims that the naive check finds in the token.</param>
internal sealed class NaiveAuthenticate(RangeIssuer issuer, Func<string?, string?> recognise, Action<string, Dictionary<string, object>>? add = null)
    : IStage
{
    // The pipeline takes verified tokens alone, so the name gets one of its own.
    private readonly TokenValidator validator = new(
        [new TrustedIssuer(new IssuerProfile { Issuer = issuer.Name }, new StaticIssuerKeys(JsonWebKeySet.Parse(issuer.KeySet())))],
        new InMemoryRevocationList(TimeProvider.System), new VerifiedTokenCache(), TimeProvider.System);

    /// <summary>From the whole head to a name, in the place of the token alone; null refuses.</summary>
    public Func<IRequestHead, Task<string?>>? RecogniseHead { get; init; }

    public string Name => "authenticate";

    public async ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        var value = exchange.Head.Single(RequestHeader.Authorization);
        var token = value?.StartsWith("Bearer ", StringComparison.Ordinal) == true ? value[7..] : null;
        if ((RecogniseHead is { } byHead ? await byHead(exchange.Head).ConfigureAwait(false) : recognise(token)) is not { } person)
            return StageOutcome.Deny(Reasons.TokenRefused);
        var resource = exchange.Snapshot.Settings.Resource(exchange.Server);
        var result = await validator.ValidateAsync(new AccessTokenValue(issuer.Mint(person, resource, claims => add?.Invoke(token!, claims))),
            resource, cancellation).ConfigureAwait(false);
        exchange.Caller = result.Token ?? throw new InvalidOperationException($"the range's own token was refused: {result.Refusal}");
        return StageOutcome.Continue;
    }
}
