using System.Globalization;

namespace Gatehouse.Administration;

/// <summary>The system's answer whether a process is attached to a terminal.</summary>
internal static class Terminals
{
    // proc(5), /proc/pid/stat: after the name in brackets come state, ppid, pgrp, session and tty_nr, 0 for none.
    private const int TerminalField = 4;

    /// <summary>Returns false when it has none. Also true where the system has no answer.</summary>
    public static bool HasOne(int processId)
    {
        if (!OperatingSystem.IsLinux() || processId == 0) return !OperatingSystem.IsLinux();
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields.Length > TerminalField && fields[TerminalField] != "0";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it has gone, and its former state cannot be found out any more
        }
    }
}
