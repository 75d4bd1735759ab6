using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A token that tells a client who signed in is taken for one that gives access.</summary>
public sealed class IdTokenAsAccessToken : TokenExercise
{
    /// <inheritdoc />
    public override string Id => "id-token";

    /// <inheritdoc />
    public override string Title => "ID token as access token";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP01"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-03", "A06"];

    /// <inheritdoc />
    public override string Protection => "stage authenticate, type of the token";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server checks the signature, the issuer and the time of a token, but not its kind.",
        "ID tokens are shown to web pages, logged and copied, because they give no access. The attacker finds an ID token of the user, and sends it.",
        "Gatehouse accepts only tokens that are access tokens by their type. If a provider writes the same type for both kinds, the claims must "
            + "show the difference.",
        "With a check that accepts every token of the provider, the ID token opens the server again.");

    internal override string? Recognise(string? token, RangeIssuer issuer) => NaiveTokens.SubjectWithoutAudience(token, issuer);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.Authenticate, new NaiveAuthenticate(fixture.Issuer, token => Recognise(token, fixture.Issuer)));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        // One registration may be client and resource at once, so the audience does not tell.
        var claims = context.Issuer.Claims(AttackContext.Victim, context.Resource);
        claims["nonce"] = "n-0S6_WzA2Mj";
        return
        [
            await ReadSecretAsync(context, "ID token of a page", context.Issuer.Issue("JWT", claims)).ConfigureAwait(false),
            await ReadSecretAsync(context, "logout token", context.Issuer.Issue("logout+jwt", claims)).ConfigureAwait(false),
        ];
    }
}
