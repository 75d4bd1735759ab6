using System.Buffers.Text;
using System.Security.Cryptography;
using Gatehouse.Files;
using Gatehouse.Integrity.Locks;

namespace Gatehouse.Cli.LockCommands;

/// <summary>An approver's key of P-256: made here, kept in a file of the approver's own, never shown.</summary>
internal static class ApprovalSigningKey
{
    private const int LargestFile = 64 << 10;

    /// <summary>Makes a key, writes it to a new file that no other account can read, and returns the public half for the configuration.</summary>
    /// <exception cref="IOException">The file is there already or cannot be written.</exception>
    public static string Create(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(key.ExportPkcs8PrivateKeyPem());
        writer.Write('\n');
        return Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>Reads a key by its reference.</summary>
    /// <param name="reference"><c>file:PATH</c> or <c>env:NAME</c>; the PEM of a PKCS #8 key.</param>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="fault">The fault.</param>
    /// <returns>The signer of statements; null with a fault.</returns>
    public static Func<byte[], ApprovalSignature>? Read(string reference, string name, out string? fault)
    {
        fault = null;
        if (Text(reference, out fault) is not { } pem) return null;
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value)
                return statement =>
                    new ApprovalSignature(name,
                        Base64Url.EncodeToString(
                            key.SignData(statement, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
        }

        key.Dispose();
        fault = $"{Scheme(reference)} contains no P-256 private key; create one with: gatehouse lock approve --new-key";
        return null;
    }

    private static string? Text(string reference, out string? fault)
    {
        fault = null;
        try
        {
            if (reference.StartsWith("env:", StringComparison.Ordinal)
                && Environment.GetEnvironmentVariable(reference["env:".Length..]) is { Length: > 0 } text) return text;
            if (!reference.StartsWith("file:", StringComparison.Ordinal))
            {
                fault = $"{Scheme(reference)} is no key: give file:PATH, or env:NAME of a variable that is set";
                return null;
            }

            var path = reference["file:".Length..];
            const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & others) != 0)
                fault = $"other accounts can read or write {path}; run: chmod 600 {path}";
            else return RegularFile.ReadText(path, LargestFile);
        }
        catch (FileTooLargeException)
        {
            fault = $"{reference["file:".Length..]} is no key";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = e.Message;
        }

        return null;
    }

    // The text in the place of a reference may be the key itself.
    private static string Scheme(string reference) => reference.StartsWith("env:", StringComparison.Ordinal)
        || reference.StartsWith("file:", StringComparison.Ordinal) ? reference : "the value of --sign";
}
