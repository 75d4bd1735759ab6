using Gatehouse.Cli.UpdateCommands;

namespace Gatehouse.Packaging;

/// <summary>Makes the key of releases, and says which key one is.</summary>
internal static class KeyCommand
{
    /// <summary>The public half in the repository, from its root. The program holds it too, and verifies releases with it.</summary>
    public const string PublicFile = "eng/release-key.pem";

    /// <summary>Makes a key: the private half in the file of <c>--private</c>, the public half in <see cref="PublicFile"/>.</summary>
    /// <exception cref="IOException">The private file exists, or one of the two cannot be written.</exception>
    public static void Run(Options options)
    {
        var file = options.Required("--private");
        using var key = PrivateKey.Make(file);
        File.WriteAllText(PublicFile, key.ExportSubjectPublicKeyInfoPem() + "\n");
        Console.WriteLine($"{file} is the private key: keep it where only the person who releases reads it.");
        Console.WriteLine($"{PublicFile} is the public key: commit it.");
        Describe(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>Prints the fingerprint of a public key, and whether the repository has it.</summary>
    public static void Describe(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        var fingerprint = ReleaseKey.FingerprintOf(subjectPublicKeyInfo);
        Console.WriteLine($"SHA-256 of the public key: {fingerprint}");
        Console.WriteLine(IsOfRepository(subjectPublicKeyInfo) ? $"It is the key of the repository ({PublicFile})."
            : $"It is not the key of the repository ({PublicFile}): the program refuses these packages without --key.");
    }

    /// <summary>Returns whether a public key is that of the repository.</summary>
    public static bool IsOfRepository(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        if (!File.Exists(PublicFile)) return false;
        using var key = ReleaseKey.OfPem(File.ReadAllText(PublicFile));
        return key.Fingerprint == ReleaseKey.FingerprintOf(subjectPublicKeyInfo);
    }
}
