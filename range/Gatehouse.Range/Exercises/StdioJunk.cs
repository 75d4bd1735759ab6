using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A server prints what is no answer, and answers ahead of questions.</summary>
public sealed class StdioJunk : HostileStdio
{
    private const string Poison = "poisoned answer";

    /// <inheritdoc />
    public override string Id => "stdio-junk";

    /// <inheritdoc />
    public override string Title => "Junk and answers ahead of questions on stdout";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-06", "ST-04", "G13"];

    /// <inheritdoc />
    public override string Protection => "stage forward, stdio upstream: own ids, a process a session, lines that are messages";

    /// <inheritdoc />
    public override Story Story { get; } = new(
        "A bridge runs one process for everybody and takes the next line on its stdout for the answer to what was asked last.",
        "Mallory has the server print an answer to a question that nobody asked yet, and a line that is no message. Alice asks next and gets his "
            + "answer for hers.",
        "Behind Gatehouse a session has a process of its own, ids on its channel are the gateway's, and a line that is not one validated message, "
            + "or answers nothing that waits, is dropped and counted.",
        "With an upstream that shares the process and takes the next line, alice gets the false answer again.");

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Scene scene)
    {
        var victim = await BeginAsync(scene, Scene.Victim).ConfigureAwait(false);
        var attacker = await BeginAsync(scene, Scene.Attacker).ConfigureAwait(false);
        await attacker.CallAsync("forge", new { id = victim.LastId + 1, text = Poison }).ConfigureAwait(false);
        var reply = await victim.CallAsync("echo", new { text = "how much?" }).ConfigureAwait(false);
        var believed = reply.Result(victim.LastId)?.GetRawText().Contains(Poison, StringComparison.Ordinal) == true;
        return [new Attempt("answer ahead of the question", believed, believed
            ? "the honest user got the false answer" : $"the honest user got her own answer: {reply.Summary()}")];
    }
}
