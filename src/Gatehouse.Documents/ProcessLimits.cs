using System.Runtime.InteropServices;
using Gatehouse.Documents.Reading;

namespace Gatehouse.Documents;

/// <summary>
/// The limits that the program sets for itself before it reads a byte: a fault in a reader of documents then costs one process and no file (CWE-400).
/// </summary>
/// <remarks>
/// RLIMIT_AS is not among them: the runtime reserves addresses that it never uses. Elsewhere than on Linux the bounds of the code and the time of the
/// gateway remain.
/// </remarks>
internal static partial class ProcessLimits
{
    // asm-generic/resource.h; the same on x64 and arm64
    private const int Cpu = 0;
    private const int FileSize = 1;
    private const int Data = 2;
    private const int Core = 4;
    private const int OpenFiles = 7;

    /// <summary>Lowers the limits.</summary>
    /// <param name="seconds">Processor time in seconds.</param>
    /// <exception cref="InvalidOperationException">The system refused one.</exception>
    public static void Lower(int seconds)
    {
        if (!OperatingSystem.IsLinux()) return;
        Set(Data, DocumentLimits.MaxData);
        Set(Cpu, (ulong)seconds);
        Set(FileSize, 0);
        Set(Core, 0);
        Set(OpenFiles, DocumentLimits.MaxFiles);
    }

    private static void Set(int resource, ulong most)
    {
        var limit = new Limit(most, most);
        if (SetLimit(resource, in limit) != 0) throw new InvalidOperationException($"limit {resource} was refused");
    }

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Soft, ulong Hard);
}
