using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A token for another server of the same provider is accepted.</summary>
public sealed class WrongAudience : TokenExercise
{
    /// <inheritdoc />
    public override string Id => "wrong-audience";

    /// <inheritdoc />
    public override string Title => "Token of a sibling server";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP01"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-03", "A07"];

    /// <inheritdoc />
    public override string Protection => "stage authenticate, check of the audience";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server checks the signature, the issuer and the time of a token, but not its audience.",
        "The operator of a sibling server of the same provider receives tokens of its users, and replays one of them here. The server returns the "
            + "user's secret.",
        "Gatehouse accepts a token only if its audience is the resource identifier of this server, character by character.",
        "With a check that accepts every audience, the replayed token works again.");

    internal override string? Recognise(string? token, RangeIssuer issuer) => NaiveTokens.SubjectWithoutAudience(token, issuer);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None
        .Put(PartNames.Authenticate, new NaiveAuthenticate(fixture.Issuer, token => NaiveTokens.SubjectWithoutAudience(token, fixture.Issuer)));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await ReadSecretAsync(context, "token of a server on another path",
            context.Issuer.Mint(AttackContext.Victim, context.Resource + "/sibling")).ConfigureAwait(false),
        await ReadSecretAsync(context, "token of a server elsewhere",
            context.Issuer.Mint(AttackContext.Victim, "https://sibling.example/mcp")).ConfigureAwait(false),
    ];
}
