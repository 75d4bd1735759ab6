using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A stolen token is sent with a proof of the thief's own key.</summary>
public sealed class ProofRebinding : ProofExercise
{
    /// <inheritdoc />
    public override string Id => "dpop-rebinding";

    /// <inheritdoc />
    public override string Title => "Stolen token with the thief's own key";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP01", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-06"];

    /// <inheritdoc />
    public override string Protection => "stage authenticate, thumbprint of the key in the token";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server checks that a proof is signed by the key inside it, but not that this key belongs to the token.",
        "The attacker steals a token that is bound to the user's key, creates another key, and proves possession of that key.",
        "Gatehouse first compares the thumbprint of the proof's key with the thumbprint that the issuer wrote into the token.",
        "With a check that accepts every key, the stolen token opens the server again.");

    internal override bool NaiveCheckHeedsBinding => false;

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var (_, token) = Keyed(context);
        var own = new RangeKey();
        var thief = context.With(token);
        thief.Prove = (method, nonce) => own.Prove(method, context.Resource, token, nonce);
        return [await ReadAsync(context, "proof of another key", thief).ConfigureAwait(false)];
    }
}
