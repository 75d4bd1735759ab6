using System.IO.Compression;
using System.Security.Cryptography;

namespace Gatehouse.Packaging;

/// <summary>The file that is given to others, and the files of which it was made.</summary>
internal sealed class Artifact
{
    private readonly Dictionary<string, string> hashes = new(StringComparer.Ordinal);

    private Artifact(string path)
    {
        Name = Path.GetFileName(path);
        using var file = File.OpenRead(path);
        Hash = Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>The file's name.</summary>
    public string Name { get; }

    /// <summary>Its SHA-256 in hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>A file whose parts are no longer files of their own, as in a program of one file: they are in the folder it was built from.</summary>
    public static Artifact FromFolder(string path, string folder)
    {
        var artifact = new Artifact(path);
        foreach (var part in Directory.EnumerateFiles(folder))
        {
            using var stream = File.OpenRead(part);
            artifact.Add(part, stream);
        }

        return artifact;
    }

    /// <summary>A package: its parts are its entries.</summary>
    public static Artifact FromPackage(string path)
    {
        var artifact = new Artifact(path);
        using var archive = ZipFile.OpenRead(path);
        foreach (var entry in archive.Entries)
        {
            using var stream = entry.Open();
            artifact.Add(entry.FullName, stream);
        }

        return artifact;
    }

    /// <summary>The SHA-256 of a part in hexadecimal.</summary>
    /// <exception cref="InvalidDataException">There is no such part.</exception>
    public string HashOf(string file) =>
        hashes.TryGetValue(file, out var hash) ? hash : throw new InvalidDataException($"{Name} is made of no file {file}");

    private void Add(string path, Stream stream) => hashes[Path.GetFileName(path)] = Convert.ToHexStringLower(SHA256.HashData(stream));
}
