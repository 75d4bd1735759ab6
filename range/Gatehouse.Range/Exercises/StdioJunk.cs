using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A server prints what is no answer, and answers ahead of questions.</summary>
public sealed class StdioJunk : HostileStdio
{
    private const string Poison = "poisoned answer";

    /// <inheritdoc />
    public override string Id => "stdio-junk";

    /// <inheritdoc />
    public override string Title => "Junk and early answers on stdout";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-06", "ST-04", "G13"];

    /// <inheritdoc />
    public override string Protection => "stage forward, stdio upstream: own ids, a process for each session, validated lines";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A bridge runs one process for all callers, and uses the next line on its stdout as the answer to the last request.",
        "Mallory makes the server print an answer to a future request, and a line that is no message. Alice sends the next request and receives "
            + "Mallory's answer.",
        "With Gatehouse a session has its own process, and the ids on its channel come from the gateway. Gatehouse drops and counts a line that is "
            + "not one validated message, or that answers no pending request.",
        "With an upstream that shares the process and uses the next line, Alice receives the false answer again.");

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var victim = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        var attacker = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        await attacker.CallAsync("forge", new { id = victim.LastId + 1, text = Poison }).ConfigureAwait(false);
        var reply = await victim.CallAsync("echo", new { text = "how much?" }).ConfigureAwait(false);
        var believed = reply.Result(victim.LastId)?.GetRawText().Contains(Poison, StringComparison.Ordinal) == true;
        return [new Attempt("answer ahead of the question", believed, believed
            ? "the legitimate user got the false answer" : $"the legitimate user got the right answer: {reply.Summary()}")];
    }
}
