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

    /// <summary>An archive with a program of machine code: its parts are the assemblies of which the compiler made it.</summary>
    public static Artifact FromCompiler(string path, CompilerInputs inputs)
    {
        var artifact = new Artifact(path);
        foreach (var assembly in inputs.Assemblies)
        {
            using var file = File.OpenRead(assembly);
            artifact.Add(assembly, file);
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
