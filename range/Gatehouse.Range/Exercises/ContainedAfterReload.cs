using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Running;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>The process of a server works on after a change of the configuration, although the server was contained.</summary>
public sealed class ContainedAfterReload : ContainedProcess
{
    /// <inheritdoc />
    public override string Id => "contained-after-reload";

    /// <inheritdoc />
    public override string Title => "A contained server works on after a reload";

    /// <inheritdoc />
    public override string Protection => "stage forward, stdio upstream: a containment ends processes that a reload retired too";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy takes a server out of service by forwarding nothing more to it. Processes of an earlier configuration are left to themselves.",
        "Mallory's process works by itself. An administrator changes a setting of the server, and then takes the server out of service. The process "
            + "works on with all the data that it has.",
        "A server of an earlier configuration stays within the reach of a containment until its last process is gone.",
        "If a containment ends only the processes of the configuration in force, the process works on after it.");

    internal override IReadOnlyList<ServerSettings> ServersAfterwards(IReadOnlyList<ServerSettings> servers) =>
        [.. servers.Select(static server => server with { Queue = server.Queue + 1 })];

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(PartNames.RetiredServers, static _ => false);

    private protected override string Tool => "work";

    private protected override async Task<Task> LeaveReachAsync(AttackContext context, RangeClient client)
    {
        await context.ReloadAsync().ConfigureAwait(false);
        return Task.CompletedTask;
    }
}
