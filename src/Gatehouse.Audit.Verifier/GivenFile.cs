using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verifier;

/// <summary>Files that a person names on a command line: keys, checkpoints, tokens. Links are followed; pipes and devices are not read.</summary>
public static class GivenFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The most bytes that it may have.</param>
    /// <param name="what">What a file may be that is not longer, such as <c>a checkpoint</c>; for the message.</param>
    /// <exception cref="IOException">It is absent, no regular file or too long, or cannot be read. The message names it.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read it.</exception>
    public static byte[] Read(string path, int most, string what)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path)) throw new IOException($"{path} is a folder");
        if (!File.Exists(path)) throw new FileNotFoundException($"{path} does not exist", path);
        // To open a pipe waits for its writer, and a device may give bytes without end (CWE-400).
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (!FileKind.IsRegular(target)) throw new IOException($"{path} is not a regular file; it was not read");
        using var stream = File.OpenRead(target);
        var bytes = new byte[Math.Min(stream.Length, most) + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length <= most && length < bytes.Length ? bytes[..length] : throw new IOException($"{path} is longer than {what} can be");
    }
}
