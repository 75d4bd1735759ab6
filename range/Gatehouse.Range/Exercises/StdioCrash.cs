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
    public override string Protection => "stage forward, stdio upstream: pause of the caller whose call was in progress";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A bridge runs one process for all callers. When the process ends, the bridge can answer no caller.",
        "Mallory calls a tool that ends the server, starts a new session and does it again.",
        "With Gatehouse the process belongs to Mallory's session, and the pause before the next start applies only to Mallory. The session of a "
            + "legitimate user starts immediately.",
        "With an upstream that shares the process, the legitimate user has no server.");

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        for (var i = 0; i < 3; i++)
        {
            var attacker = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
            await attacker.CallAsync("crash").ConfigureAwait(false);
        }

        var victim = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        return [await CallAfterwardsAsync("three crashes, then an honest session", victim).ConfigureAwait(false)];
    }
}
