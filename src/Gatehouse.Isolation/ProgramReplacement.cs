namespace Gatehouse.Isolation;

/// <summary>
/// Replaces the program of this process (POSIX <c>execv</c>). The process id, the environment, the working directory and the standard streams stay.
/// Other files that this process opened are closed.
/// </summary>
internal static class ProgramReplacement
{
    /// <summary>Runs another program in this process. Returns only if that fails; then nothing has changed.</summary>
    /// <param name="program">Path of an executable file.</param>
    /// <param name="arguments">The arguments behind the program's name.</param>
    public static void TryRun(string program, IReadOnlyList<string> arguments) =>
        _ = NativeMethods.Execute(program, [program, .. arguments, null]);
}
