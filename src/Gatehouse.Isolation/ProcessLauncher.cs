using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gatehouse.Isolation;

/// <summary>
/// The launcher of every local process, on one thread that lives as long as this process. The parent-death signal is sent when the <em>thread</em>
/// that forked ends (prctl(2), PR_SET_PDEATHSIG). The threads of the pool come and go, and a child started from one would be killed at an arbitrary
/// moment.
/// </summary>
internal sealed class ProcessLauncher
{
    private readonly BlockingCollection<Action> starts = [];

    private ProcessLauncher() => new Thread(Run) { IsBackground = true, Name = "gatehouse process launcher" }.Start();

    /// <summary>The one launcher.</summary>
    public static ProcessLauncher Shared { get; } = new();

    /// <summary>Starts a process. Blocks until the system answered.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The system refused.</exception>
    public Process Start(ProcessStartInfo startInfo)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        starts.Add(() => Answer(started, startInfo));
#pragma warning disable RS0030 // Said of the method: it blocks until the system answered.
        return started.Task.GetAwaiter().GetResult();
#pragma warning restore RS0030
    }

    private void Run()
    {
        foreach (var start in starts.GetConsumingEnumerable())
            start();
    }

    private static void Answer(TaskCompletionSource<Process> started, ProcessStartInfo startInfo)
    {
        try
        {
            DescriptorGuard.MarkAll();
            started.SetResult(Process.Start(startInfo) ?? throw new InvalidOperationException("No process was started."));
        }
#pragma warning disable CA1031 // Every fault belongs to the one who asked; the thread must outlive it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            started.SetException(fault);
        }
    }
}
