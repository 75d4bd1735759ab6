namespace Gatehouse.Administration;

/// <summary>Compares the paths of two files. It follows a link at the file, or at its folder, and none at the folders above.</summary>
internal static class SameFile
{
    /// <summary>Returns whether both absolute paths are one file. Paths that cannot be resolved are compared as text.</summary>
    public static bool Is(string one, string other) => one == other || Final(one) == Final(other);

    // The folder of an installation is often a link.
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return path;
        }
    }
}
