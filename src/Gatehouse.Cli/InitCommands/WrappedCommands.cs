using Gatehouse.Administration;
using Gatehouse.Cli.WrapCommands;
using Gatehouse.Ipc;
using Gatehouse.Isolation;
using Gatehouse.Onboarding;

namespace Gatehouse.Cli.InitCommands;

/// <summary>
/// The commands that a plan puts behind the wrapper, as the host will be asked for them. Where a command is started in another folder, a client fills
/// in parts of it, or its entry sets a variable that decides what code runs, the host asks at the first start instead.
/// </summary>
internal sealed class WrappedCommands
{
    // The control socket takes so many in one request, and no person reads more in one go.
    private const int AtOnce = 100;

    private readonly List<(string Name, CommandLine Command)> commands = [];
    private readonly List<string> open = [];
    private readonly List<string> missing = [];

    /// <summary>Commands that can be shown now.</summary>
    public int Count => commands.Count;

    /// <summary>The commands that have to be approved at their first start, with the reasons; not escaped yet.</summary>
    public IReadOnlyList<string> Open => open;

    /// <summary>The commands that cannot be started now, and so not approved, with the reasons; not escaped yet.</summary>
    public IReadOnlyList<string> Missing => missing;

    /// <summary>Collects the commands of a plan.</summary>
    public static WrappedCommands Of(EditPlan plan, string home)
    {
        var commands = new WrappedCommands();
        foreach (var server in plan.Servers) commands.Add(server.WrapName, server.Command, server.StartFolder(home), server.EnvironmentNames);
        return commands;
    }

    /// <summary>Adds one.</summary>
    public void Add(string name, IReadOnlyList<string> command, string folder, IReadOnlyList<string> environment)
    {
        if (command.Append(folder).Any(part => part.Contains("${", StringComparison.Ordinal)))
        {
            open.Add($"{name}: the client inserts a part of the command");
            return;
        }

        // The wrapper reads the value when its client starts it, and asks with the value.
        if (environment.FirstOrDefault(ProcessEnvironment.DecidesCode) is { } deciding)
        {
            open.Add($"{name}: the entry sets {deciding}, and its value is a part of the approval");
            return;
        }

        try
        {
            var line = CommandApprovals.Resolve(command, folder, environment);
            if (!commands.Any(known => known.Name == name && known.Command.Digest == line.Digest)) commands.Add((name, line));
        }
        catch (Exception fault) when (fault is ProcessStartException or IOException or ArgumentException)
        {
            missing.Add($"{name}: {fault.Message}");
        }
    }

    /// <summary>Shows all at the terminal device and records the approvals when a person types yes there.</summary>
    /// <returns>Null when all were approved; otherwise the reason why not.</returns>
    public async Task<string?> ApproveAsync(CancellationToken cancellation)
    {
        foreach (var some in ApprovalQuestions.Of(commands, CommandApprovals.IsCritical, AtOnce))
        {
            ControlReply reply;
            try
            {
                reply = await CommandApprovals.RecordAsync(some, cancellation).ConfigureAwait(false);
            }
            catch (IOException fault)
            {
                return fault.Message;
            }

            if (!reply.Ok) return reply.Message ?? "refused";
        }

        return null;
    }
}
