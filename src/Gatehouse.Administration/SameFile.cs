namespace Gatehouse.Administration;

/// <summary>Compares the paths of two files.</summary>
internal static class SameFile
{
    /// <summary>Returns whether both absolute paths are one file, also by symbolic links.</summary>
    public static bool Is(string one, string other) => one == other || Final(one) == Final(other);

    // Folders may be links too: /etc/gatehouse of an installation often is.
    private static string Final(string path)
    {
        try
        {
            var folder = Path.GetDirectoryName(path);
            var file = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            return folder is null || file != path
                ? file
                : Path.Join(Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder, Path.GetFileName(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }
}
