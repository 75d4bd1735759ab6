using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A caller crashes a local server again and again.</summary>
public sealed class StdioCrash : HostileStdio
{
    /// <inheritdoc />
    public override string Id => "stdio-crash";

    /// <inheritdoc />
    public override string Title => "A server that one caller crashes for all";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-04", "ST-04", "G16"];

    /// <inheritdoc />
    public override string Protection => "stage forward, stdio upstream: pauses of the caller whose call was under way";

    /// <inheritdoc />
    public override Story Story { get; } = new(
        "A bridge runs one process for everybody, and when that has ended it has nothing to give to anybody.",
        "Mallory calls a tool that ends the server, begins a new session and does it again.",
        "Behind Gatehouse the process is that of her session, and the pause before the next start is hers: an honest user's session begins at once.",
        "With an upstream that shares the process, the honest user has no server.");

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Scene scene)
    {
        for (var i = 0; i < 3; i++)
        {
            var attacker = await BeginAsync(scene, Scene.Attacker).ConfigureAwait(false);
            await attacker.CallAsync("crash").ConfigureAwait(false);
        }

        var victim = await BeginAsync(scene, Scene.Victim).ConfigureAwait(false);
        return [await CallAfterwardsAsync("three crashes, then an honest session", victim).ConfigureAwait(false)];
    }
}
