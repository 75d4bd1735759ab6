using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A server prints a line without end.</summary>
public sealed class StdioFlood : HostileStdio
{
    /// <inheritdoc />
    public override string Id => "stdio-flood";

    /// <inheritdoc />
    public override string Title => "A line without end on stdout";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-06", "EX-03", "G13"];

    /// <inheritdoc />
    public override string Protection => "stage forward, stdio upstream: bounded lines, a process for each session";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A bridge reads the answer as one line of any length, and lets the next caller wait for it.",
        "Mallory makes the server print a line that never ends. The bridge collects it in memory and serves no other caller.",
        "Gatehouse keeps no more of a line than the server's limit. The process belongs to one session, so other callers are not affected.",
        "With an upstream that shares the process and reads lines without a limit, the legitimate user waits again.");

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var victim = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        var attacker = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        await attacker.CallAsync("flood").ConfigureAwait(false);
        return [await CallAfterwardsAsync("flood, then an honest call", victim).ConfigureAwait(false)];
    }
}
