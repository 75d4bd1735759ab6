using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Gatehouse.Isolation;

/// <summary>
/// The signals to a child and to the processes that it started. With a session of its own (Linux) that is its process group and, at the end, every
/// process of its session. Otherwise it is the tree of parents and children as the system shows it.
/// </summary>
internal sealed class ProcessTree(Process process, bool isGroupLeader)
{
    // Processes that fork while they are being killed are met by looking again; a fork bomb must not keep us here.
    private const int MostPasses = 32;

    /// <summary>Asks for the end. Without effect on Windows, which has no such request.</summary>
    public void Terminate()
    {
        if (OperatingSystem.IsWindows())
            return;
        Signal(NativeMethods.SignalTerminate);
        // A stopped process does not get to its handler before it continues.
        if (OperatingSystem.IsLinux())
            Signal(NativeMethods.SignalContinueLinux);
    }

    /// <summary>Ends the child and the processes that it started.</summary>
    public void Kill()
    {
        if (isGroupLeader)
            Signal(NativeMethods.SignalKill);
        else
            KillByParentage();
    }

    /// <summary>
    /// Ends the processes that the child left behind. Called once, at the moment its exit is observed. The number of a group that still has members
    /// is not given out again, and that of an empty one not within that moment.
    /// </summary>
    public void KillRemaining()
    {
        if (!isGroupLeader)
            return;
        _ = NativeMethods.Kill(-process.Id, NativeMethods.SignalKill);
        for (var pass = 0; pass < MostPasses; pass++)
        {
            if (SessionMembers() is not { Count: > 0 } members)
                return;
            foreach (var member in members)
                _ = NativeMethods.Kill(member, NativeMethods.SignalKill);
        }
    }

    private void Signal(int signal)
    {
        if (process.HasExited)
            return;
        // Just after the start the group does not exist yet: then the child has no descendants.
        if (!isGroupLeader || NativeMethods.Kill(-process.Id, signal) != 0)
            _ = NativeMethods.Kill(process.Id, signal);
    }

    private void KillByParentage()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception fault) when (fault is InvalidOperationException or AggregateException or Win32Exception)
        {
            // It ended meanwhile, or a descendant that is not ours to end remains; the child itself is awaited by the caller.
        }
    }

    /// <summary>Returns processes that left the group, as an interactive shell does with its jobs, but not the session.</summary>
    private List<int> SessionMembers()
    {
        List<int> members = [];
        // A root without proc shows no process; the group was ended already.
        foreach (var folder in Directory.Exists("/proc") ? Directory.EnumerateDirectories("/proc") : [])
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) && IsInSession(folder))
                members.Add(pid);
        }

        return members;
    }

    private bool IsInSession(string folder)
    {
        try
        {
            // proc(5): "pid (name) state ppid pgrp session …"; the name may hold spaces and parentheses.
            var stat = File.ReadAllText(Path.Join(folder, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields[0] is not ("Z" or "X") && int.Parse(fields[3], CultureInfo.InvariantCulture) == process.Id;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
