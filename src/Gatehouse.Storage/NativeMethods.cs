using System.Runtime.InteropServices;

namespace Gatehouse.Storage;

/// <summary>The system calls that the framework does not offer. POSIX only.</summary>
internal static partial class NativeMethods
{
    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int Link(string existing, string added);
}
