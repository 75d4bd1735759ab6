using System.Diagnostics;

namespace Gatehouse.Server.RunTime;

/// <summary>
/// Starts programs for the code of a tool: only those that the tool declared with <see cref="ToolAccessAttribute"/>, with a list of arguments and never
/// through a shell, so that no argument becomes a command (CWE-78).
/// </summary>
public static class ToolProcess
{
    /// <summary>Starts a program.</summary>
    /// <param name="program">Its name or path, exactly as it is declared.</param>
    /// <param name="arguments">Its arguments, each passed on as it is.</param>
    /// <returns>The running process, with its output and errors to read.</returns>
    /// <example><code>using var git = ToolProcess.Start("git", "log", "--", path);</code></example>
    /// <exception cref="ToolAccessException">The program is not declared.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static Process Start(string program, params IEnumerable<string> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        ArgumentNullException.ThrowIfNull(arguments);
        RunTimeGuard.Current?.RequireProgram(program);
        return Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
    }
}
