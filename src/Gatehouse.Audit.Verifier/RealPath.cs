namespace Gatehouse.Audit.Verifier;

/// <summary>Paths without links.</summary>
internal static class RealPath
{
    // As Linux bounds it.
    private const int Links = 40;

    /// <summary>Returns the path with each link on the way replaced by what it names. What does not exist is taken as it is.</summary>
    /// <exception cref="IOException">The path has more than 40 links, or cannot be read.</exception>
    public static string Of(string path)
    {
        var whole = Path.Join(Directory.GetCurrentDirectory(), path);
        if (Path.IsPathRooted(path)) whole = Path.IsPathFullyQualified(path) ? path : Path.GetFullPath(path);
        var real = Path.GetPathRoot(whole)!;
        var (rest, links) = (new Stack<string>(), 0);
        Push(rest, whole[real.Length..]);
        while (rest.TryPop(out var part))
        {
            if (part == ".") continue;
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            var next = Path.Join(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > Links) throw new IOException($"{path} has more than {Links} links");
            if (Path.IsPathFullyQualified(target))
            {
                real = Path.GetPathRoot(target)!;
                target = target[real.Length..];
            }

            Push(rest, target);
        }

        return real;
    }

    /// <summary>True where the path is in the folder, or is the folder, after links are followed.</summary>
    /// <exception cref="IOException">A path has more than 40 links, or cannot be read.</exception>
    public static bool IsWithin(string path, string folder)
    {
        var comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return (Of(path) + Path.DirectorySeparatorChar).StartsWith(Path.Join(Of(folder), Path.DirectorySeparatorChar.ToString()), comparison);
    }

    private static void Push(Stack<string> rest, string path)
    {
        char[] separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];
        foreach (var part in path.Split(separators, StringSplitOptions.RemoveEmptyEntries).Reverse()) rest.Push(part);
    }
}
