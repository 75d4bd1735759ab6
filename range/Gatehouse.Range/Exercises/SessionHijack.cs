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
    public override Story Story { get; } = new(
        "The server knows a session by its id alone, and ids leak: logs, proxies, screenshots.",
        "Mallory, who has an account, sends alice's session id with his own good token. The session answers him, and then he ends it.",
        "A handle of Gatehouse is sealed with its owner's issuer, subject, client and server as associated data. For anyone else it does not open, "
            + "in the same way as a random string.",
        "With sessions that are found by id alone, the session answers the stranger again.");

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Scene scene)
    {
        var victim = scene.As(Scene.Victim);
        await victim.InitializeAsync().ConfigureAwait(false);
        var thief = scene.As(Scene.Attacker);
        thief.SessionId = victim.SessionId;
        var call = await thief.CallAsync("get-env").ConfigureAwait(false);
        var answered = call.Holds(scene.Canary.Secret);
        var ending = await thief.DeleteAsync().ConfigureAwait(false);
        var after = await victim.AskAsync("ping").ConfigureAwait(false);
        var ended = after.Result(victim.LastId) is null;
        return
        [
            new Attempt("call in the session", answered, answered ? "the foreign session answered" : $"not answered: {call.Summary()}"),
            new Attempt("end the session", ended, ended ? "the victim's session is gone" : $"the victim goes on; the thief got {ending.Summary()}"),
        ];
    }
}
