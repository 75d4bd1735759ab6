using System.Text;
using Gatehouse.Files;

namespace Gatehouse.Server.RunTime;

/// <summary>
/// Opens files for the code of a tool: only in folders that the tool declared with <see cref="ToolAccessAttribute"/>. Links are followed before the check,
/// and on Linux the opened file is checked once more, so that a link which is exchanged in between leads nowhere (CWE-22, CWE-367). Only regular
/// files are opened: a pipe would hold the call, and a device has no end (CWE-400).
/// </summary>
public static class ToolFiles
{
    private const int MostLinks = 40;
    private const int LongestPath = 4096; // PATH_MAX of Linux. Each part of a path is asked for a link (CWE-400)

    /// <summary>Opens a file to read it.</summary>
    /// <param name="path">The file.</param>
    /// <example><code>using var file = ToolFiles.OpenRead(Path.Combine("/srv/notes", name));</code></example>
    /// <exception cref="ToolAccessException">The folder is not declared.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not open it.</exception>
    /// <exception cref="IOException">It is no regular file, its path is longer than 4,096 bytes, or it cannot be opened.</exception>
    public static FileStream OpenRead(string path) => Open(path, writes: false);

    /// <summary>Opens a file to write it, and makes it where it is not there.</summary>
    /// <param name="path">The file.</param>
    /// <example><code>using var file = ToolFiles.OpenWrite("/srv/drafts/answer.txt");</code></example>
    /// <exception cref="ToolAccessException">The folder is not declared in <see cref="ToolAccessAttribute.WriteFolders"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not open it.</exception>
    /// <exception cref="IOException">It is no regular file, its path is longer than 4,096 bytes, or it cannot be opened.</exception>
    public static FileStream OpenWrite(string path) => Open(path, writes: true);

    /// <summary>Reads the text of a file.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <example><code>return await ToolFiles.ReadTextAsync(Path.Combine("/srv/notes", name));</code></example>
    /// <exception cref="ToolAccessException">The folder is not declared.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not open it.</exception>
    /// <exception cref="IOException">It is no regular file, its path is longer than 4,096 bytes, or it cannot be read.</exception>
    public static async Task<string> ReadTextAsync(string path, CancellationToken cancellation = default)
    {
        using var reader = new StreamReader(OpenRead(path));
        return await reader.ReadToEndAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Returns the absolute path without any link in it.</summary>
    internal static string RealPath(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Encoding.UTF8.GetByteCount(path) > LongestPath) throw new IOException($"the path is longer than {LongestPath} bytes; give a shorter one");
        path = Path.GetFullPath(path);
        for (var links = 0; links < MostLinks; links++)
        {
            if (FirstLink(path) is not { } link) return path;
            path = link.Length <= LongestPath ? link : throw new IOException($"a link leads to a path that is longer than {LongestPath} bytes");
        }

        throw new IOException("the path has too many links");
    }

    // The path with its first link resolved; null where no part of it is a link.
    private static string? FirstLink(string path)
    {
        var root = Path.GetPathRoot(path)!;
        var parts = path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var at = root;
        for (var i = 0; i < parts.Length; i++)
        {
            at = Path.Join(at, parts[i]);
            if (new FileInfo(at).LinkTarget is not { } target) continue;
            return Path.GetFullPath(Path.Join([Path.GetFullPath(target, Path.GetDirectoryName(at)!), .. parts[(i + 1)..]]));
        }

        return null;
    }

    private static FileStream Open(string path, bool writes)
    {
        var tool = RunTimeGuard.Current;
        var real = RealPath(path);
        tool?.RequireFile(real, writes);
        var file = writes ? RegularFile.OpenWrite(real) : RegularFile.OpenRead(real);
        try
        {
            if (OperatingSystem.IsLinux() && File.ResolveLinkTarget($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}", false) is { } opened)
                tool?.RequireFile(opened.FullName, writes);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
