using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Running;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>The process of a session that has ended works on in its grace, although its server was contained meanwhile.</summary>
public sealed class ContainedInGrace : ContainedProcess
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    /// <inheritdoc />
    public override string Id => "contained-in-grace";

    /// <inheritdoc />
    public override string Title => "A contained server works on in its grace";

    /// <inheritdoc />
    public override string Protection => "stage forward, stdio upstream: a containment ends processes in their grace too";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A bridge ends a process politely when its session ends, and takes it off its list immediately. To take the server out of service, it ends "
            + "the processes of the list.",
        "A hostile server ignores the polite end. Mallory ends the session, and an administrator takes the server out of service. The process works "
            + "on with all the data that it has.",
        "Gatehouse keeps each process on its list until the process is gone. A containment kills those in their grace, with the processes that they "
            + "started, and the administrator gets the answer afterwards.",
        "If only processes that still take messages are ended, the process works on after the containment.");

    // Long enough for the containment; the process ignores the end of its input, and the signal after it.
    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var server = await base.StartBehindGatewayAsync(fixture).ConfigureAwait(false);
        return server with { Stdio = server.Stdio! with { ShutdownGrace = Grace } };
    }

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.LiveProcesses, static child => child is { HasEnded: false, HasExited: false });

    private protected override string Tool => "linger";

    private protected override Task<Task> LeaveReachAsync(AttackContext context, RangeClient client) => Task.FromResult<Task>(client.DeleteAsync());
}
