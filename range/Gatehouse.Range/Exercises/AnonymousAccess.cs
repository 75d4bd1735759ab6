using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>Whoever reaches the server may use it.</summary>
public sealed class AnonymousAccess : EverythingExercise
{
    /// <inheritdoc />
    public override string Id => "anonymous-access";

    /// <inheritdoc />
    public override string Title => "Use without a token";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP01"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-01", "ID-04", "A04", "A12"];

    /// <inheritdoc />
    public override string Protection => "stage authenticate";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "The reference server of the protocol's authors offers Streamable HTTP and does not authenticate its callers.",
        "The attacker connects without a token and calls get-env. The server returns its environment, with the keys in it.",
        "Gatehouse first requires a token for exactly this server. Without a token it answers with a challenge and reads no byte of the body.",
        "With a stage that treats a request without a token as the default user, the server returns its environment again.");

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None
        .Put(PartNames.Authenticate,
        new NaiveAuthenticate(fixture.Issuer,
            token => token is null ? AttackContext.Victim : NaiveTokens.SubjectWithoutAudience(token, fixture.Issuer)));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var stranger = context.With(null);
        var begun = await stranger.InitializeAsync().ConfigureAwait(false);
        var reply = await stranger.CallAsync("get-env").ConfigureAwait(false);
        var read = reply.Holds(context.Canary.Secret);
        return [new Attempt("call without a token", read, read
            ? "the environment came back, with the secret" : $"no secret: {begun.Summary()}, then {reply.Summary()}")];
    }
}
