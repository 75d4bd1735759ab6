namespace Gatehouse.Onboarding;

/// <summary>The command that starts this Gatehouse, as it is written into configurations.</summary>
/// <param name="Command">Absolute path of the program.</param>
/// <param name="Arguments">Arguments before the verb; empty unless a runtime has to be named.</param>
public sealed record WrapLauncher(string Command, IReadOnlyList<string> Arguments)
{
    /// <summary>The launcher of a program that needs nothing before its verb.</summary>
    /// <param name="command">Absolute path.</param>
    public WrapLauncher(string command)
        : this(command, [])
    {
    }
}
