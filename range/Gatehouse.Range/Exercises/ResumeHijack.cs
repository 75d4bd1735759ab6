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
    public override Story Story { get; } = new(
        "Streams can be resumed: the server keeps events and plays back whatever came after the one that is named.",
        "Mallory learns alice's session id and the id of an event that came before, asks to resume there, and reads what was answered to alice alone.",
        "Event ids behind Gatehouse are its own, sealed to one session, and the session to its owner. A foreign one opens for nobody.",
        "With sessions and event ids that are taken as they come, alice's answers come back to mallory.");

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Scene scene)
    {
        var victim = scene.As(Scene.Victim);
        await victim.InitializeAsync().ConfigureAwait(false);
        var secret = $"for alice alone: {scene.Canary.Secret}";
        var leaked = (await victim.CallAsync("echo", new { message = secret }).ConfigureAwait(false)).EventIds;
        if (leaked.Count == 0) return [new Attempt("resume in the foreign session", false, "the server gave no event ids")];

        var thief = scene.As(Scene.Attacker);
        thief.SessionId = victim.SessionId;
        thief.Patience = TimeSpan.FromSeconds(2);
        var reply = await thief.GetAsync(text => text.Contains(secret, StringComparison.Ordinal), ("Last-Event-ID", leaked[0])).ConfigureAwait(false);
        var read = reply.Holds(secret);
        return [new Attempt("resume in the foreign session", read, read ? "alice's answers came back" : $"nothing came back: {reply.Summary()}")];
    }

    internal override Task<bool> UseHonestlyAsync(Scene scene) => Honest.ResumesAsync(scene, "message");
}
