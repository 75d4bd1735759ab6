using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A session id is all one needs to be in somebody's session.</summary>
public sealed class SessionHijack : ForeignSession
{
    /// <inheritdoc />
    public override string Id => "session-hijack";

    /// <inheritdoc />
    public override string Title => "Call with another user's session id";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-01", "L15", "L16"];

    /// <inheritdoc />
    public override string Protection => "stage session, handles sealed to their owner";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "The server identifies a session only by its id, and ids leak through logs, proxies and screenshots.",
        "Mallory, who has an account, sends Alice's session id with Mallory's own valid token. The server answers in Alice's session, and then "
            + "Mallory ends that session.",
        "Gatehouse seals each session handle with the issuer, subject, client and server of its owner. For every other caller the handle is as "
            + "useless as a random string.",
        "With sessions that are found only by their id, the session answers Mallory again.");

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var victim = context.As(AttackContext.Victim);
        await victim.InitializeAsync().ConfigureAwait(false);
        var thief = context.As(AttackContext.Attacker);
        thief.SessionId = victim.SessionId;
        var call = await thief.CallAsync("get-env").ConfigureAwait(false);
        var answered = call.Holds(context.Canary.Secret);
        var ending = await thief.DeleteAsync().ConfigureAwait(false);
        var after = await victim.AskAsync("ping").ConfigureAwait(false);
        var ended = after.Result(victim.LastId) is null;
        return
        [
            new Attempt("call in the session", answered, answered ? "the foreign session answered" : $"not answered: {call.Summary()}"),
            new Attempt("end the session", ended, ended
                ? "the victim's session is gone" : $"the victim continues; the attacker received {ending.Summary()}"),
        ];
    }
}
