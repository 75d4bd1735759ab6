using System.Security.Cryptography;

namespace Gatehouse.Packaging;

/// <summary>The private key of releases. It is named by reference, never given as a word: other accounts see the words of a command line.</summary>
internal static class PrivateKey
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads the key that a reference names, <c>file:PATH</c> or <c>env:NAME</c>: PEM, PKCS#8 or SEC 1, without a password.</summary>
    /// <exception cref="InvalidDataException">There is no such key, or other accounts have a right on its file. The message has no part of the
    /// key.</exception>
    public static ECDsa Read(string reference)
    {
        var pem = reference.Split(':', 2) switch
        {
            ["file", { Length: > 0 } path] => ReadFile(path),
            ["env", { Length: > 0 } name] => Environment.GetEnvironmentVariable(name)
                ?? throw new InvalidDataException($"the variable {name} is not set"),
            _ => throw new InvalidDataException("--key is no reference; write file:PATH or env:NAME"),
        };
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            _ = key.ExportParameters(includePrivateParameters: true); // a public key alone cannot sign
            return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidDataException($"{reference} holds no private key on P-256 in PEM (PKCS#8 or SEC 1) without a password", e);
        }
    }

    /// <summary>Makes a key on P-256 in a new file that only this account may read.</summary>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    public static ECDsa Make(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(path, options);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        file.Write(key.ExportPkcs8PrivateKeyPem() + "\n");
        return key;
    }

    // Threat: another account of this machine copies the key, and signs releases of its own (CWE-732).
    private static string ReadFile(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            throw new InvalidDataException($"other accounts have rights on the key {path}; run: chmod 600 {path}");
        return File.ReadAllText(path);
    }
}
