using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A server stops reading what it is sent.</summary>
public sealed class StdioDeaf : HostileStdio
{
    /// <inheritdoc />
    public override string Id => "stdio-deaf";

    /// <inheritdoc />
    public override string Title => "A server that never reads its stdin";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-04", "EX-03", "G16"];

    /// <inheritdoc />
    public override string Protection => "stage forward, stdio upstream: a process for each session, writes that can be cancelled";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A bridge writes to its only process under one lock, and a pipe has a limited size.",
        "Mallory makes the server stop reading, and sends a message larger than the pipe. The write never ends, and the lock is never released.",
        "With Gatehouse only the process of that session is blocked. Each write ends with its exchange, and Gatehouse ends a process that received "
            + "half a line.",
        "With an upstream that shares the process and the lock, the legitimate user waits again.");

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var victim = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        var attacker = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        await attacker.CallAsync("deaf").ConfigureAwait(false);
        await attacker.CallAsync("echo", new { text = new string('x', 1 << 20) }).ConfigureAwait(false);
        return [await CallAfterwardsAsync("a full pipe, then an honest call", victim).ConfigureAwait(false)];
    }
}
