namespace Gatehouse.Onboarding;

/// <summary>The acts on files while configurations are edited. Tests put faults in between.</summary>
internal interface IFileSystem
{
    /// <summary>Returns the content, or null when there is no such file.</summary>
    byte[]? Read(string path);

    /// <summary>Makes a new file with the content, on the disk when it returns. Never replaces one.</summary>
    /// <param name="path">Path.</param>
    /// <param name="bytes">Content.</param>
    /// <param name="like">File whose rights and group it gets; null for a file only of this account (0600).</param>
    /// <exception cref="IOException">There is one already, or it cannot be written.</exception>
    void Create(string path, ReadOnlySpan<byte> bytes, string? like);

    /// <summary>Gives the first file the name of the second in one step, on the disk when it returns.</summary>
    void Replace(string temporary, string path);

    /// <summary>Deletes a file where there is one.</summary>
    void Delete(string path);
}
