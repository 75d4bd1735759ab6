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
    public override string Protection => "stage forward, stdio upstream: a process a session, writes that can be given up";

    /// <inheritdoc />
    public override Story Story { get; } = new(
        "A bridge writes to its one process under one lock, and a pipe holds only so much.",
        "Mallory has the server stop reading, and sends a message larger than the pipe. The write never ends, and the lock is never free.",
        "Behind Gatehouse only that session's process is blocked. Each write ends with its exchange, and a process that got half a line is ended.",
        "With an upstream that shares process and lock, the honest user waits again.");

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Scene scene)
    {
        var victim = await BeginAsync(scene, Scene.Victim).ConfigureAwait(false);
        var attacker = await BeginAsync(scene, Scene.Attacker).ConfigureAwait(false);
        await attacker.CallAsync("deaf").ConfigureAwait(false);
        await attacker.CallAsync("echo", new { text = new string('x', 1 << 20) }).ConfigureAwait(false);
        return [await CallAfterwardsAsync("a full pipe, then an honest call", victim).ConfigureAwait(false)];
    }
}
