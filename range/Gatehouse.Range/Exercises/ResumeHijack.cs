using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>Whoever names an event of a stream gets what came after it.</summary>
public sealed class ResumeHijack : ForeignSession
{
    /// <inheritdoc />
    public override string Id => "resume-hijack";

    /// <inheritdoc />
    public override string Title => "Resume another user's session (Last-Event-ID)";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-02", "L11"];

    /// <inheritdoc />
    public override string Protection => "stage session, handles and event ids sealed to their owner";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "Streams can be resumed. The server stores events, and sends every event after the one that the client names.",
        "Mallory learns Alice's session id and the id of an earlier event, resumes the stream there, and reads answers that only Alice may read.",
        "Gatehouse issues its own event ids, sealed to one session, and seals the session to its owner. Other callers cannot use them.",
        "With session and event ids that are not checked, Mallory receives Alice's answers again.");

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var victim = context.As(AttackContext.Victim);
        await victim.InitializeAsync().ConfigureAwait(false);
        var secret = $"for alice alone: {context.Canary.Secret}";
        var leaked = (await victim.CallAsync("echo", new { message = secret }).ConfigureAwait(false)).EventIds;
        if (leaked.Count == 0) return [new Attempt("resume in the foreign session", false, "the server gave no event ids")];

        var thief = context.As(AttackContext.Attacker);
        thief.SessionId = victim.SessionId;
        thief.Patience = TimeSpan.FromSeconds(10);
        var reply = await thief.GetAsync(text => text.Contains(secret, StringComparison.Ordinal), ("Last-Event-ID", leaked[0])).ConfigureAwait(false);
        var read = reply.Holds(secret);
        return [new Attempt("resume in the foreign session", read, read ? "alice's answers came back" : $"nothing came back: {reply.Summary()}")];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.ResumesAsync(context, "message");
}
