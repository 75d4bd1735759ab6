using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A proof that was used is used again.</summary>
public sealed class ProofReplay : ProofExercise
{
    /// <inheritdoc />
    public override string Id => "dpop-replay";

    /// <inheritdoc />
    public override string Title => "DPoP proof used a second time";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP01", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-06"];

    /// <inheritdoc />
    public override string Protection => "stage authenticate, memory of the proofs used";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server checks that the token's key signed a proof, and does not remember the proof.",
        "The attacker reads the headers of one request in a log or a crash report. The attacker sends the token and the proof once more with "
            + "another body, because a proof does not cover the body.",
        "Gatehouse accepts each proof once, for one minute, for this method, URL and token, and with a nonce from the gateway.",
        "With a check that does not remember proofs, the recorded proof opens the server again.");

    internal override bool NaiveCheckHeedsBinding => true;

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var (client, token) = Keyed(context);
        await client.InitializeAsync().ConfigureAwait(false);
        var recorded = client.LastProof!;
        var thief = context.With(token);
        thief.Prove = (_, _) => recorded;
        return [await ReadAsync(context, "token and proof of an earlier request", thief).ConfigureAwait(false)];
    }
}
