using System.Security.Cryptography;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Cli.UpdateCommands;

namespace Gatehouse.Packaging;

/// <summary>
/// Signs the packages of a folder with one key on P-256: <c>SHA256SUMS.sig</c> for <c>openssl dgst -sha256 -verify</c>, and <c>release.txt</c> for
/// <c>gatehouse update</c>.
/// </summary>
internal static class SignCommand
{
    private const string Sums = "SHA256SUMS";

    /// <summary>Reads the folder that the options name, and writes both files into it.</summary>
    /// <exception cref="InvalidDataException">The options, the key, a sum or a file does not fit. Nothing was written.</exception>
    public static void Run(Options options)
    {
        var folder = options.Required("--folder");
        var sums = File.ReadAllBytes(Path.Join(folder, Sums));
        var statement = StatementOf(options, folder, sums);
        using var key = PrivateKey.Read(options.Required("--key"));
        var publicKey = key.ExportSubjectPublicKeyInfo();
        if (options.Optional("--other-key") is null && !KeyCommand.IsOfRepository(publicKey))
            throw new InvalidDataException($"the key is not that of {KeyCommand.PublicFile}, which the installer and the program have: they would refuse the "
                + "packages. Sign with the private half of that key, or add --other-key for readers who name yours with --key");
        var signature = key.SignData(sums, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        using var signer = Signer(key);
        var note = SignedNote.Sign(statement.ToText(), [signer]).ToBytes();
        if (ReleaseStatement.Read(note, signer.Key, out var fault) is null)
            throw new InvalidDataException($"the statement would be refused: {fault}");
        File.WriteAllBytes(Path.Join(folder, Sums + ".sig"), signature);
        File.WriteAllBytes(Path.Join(folder, ReleaseStatement.FileName), note);
        Console.WriteLine($"signed {Sums} and {ReleaseStatement.FileName}: version {statement.Version}, packages: {statement.Packages.Count}, "
            + $"expires {ReleaseStatement.Written(statement.Expires)}");
        KeyCommand.Describe(publicKey);
    }

    private static NoteSigner Signer(ECDsa key)
    {
        try
        {
            return NoteSigner.Ecdsa(ReleaseStatement.KeyName, key);
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException("the key is not on the curve P-256", e);
        }
    }

    private static ReleaseStatement StatementOf(Options options, string folder, byte[] sums)
    {
        if (!ReleaseVersion.TryParse(options.Required("--version"), out var version))
            throw new InvalidDataException("--version is no version such as 0.1.0");
        var commit = options.Required("--commit");
        if (!ReleaseStatement.IsCommit(commit)) throw new InvalidDataException("--commit is no commit of 40 hexadecimal digits");
        var (published, expires) = (options.Timestamp("--time"), options.Timestamp("--expires"));
        if (expires <= published || expires - published > ReleaseStatement.LongestLife)
            throw new InvalidDataException($"--expires is not within {ReleaseStatement.LongestLife.TotalDays} days after --time");
        var lines = System.Text.Encoding.UTF8.GetString(sums).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new ReleaseStatement(version, commit, published, expires, [.. lines.Select(line => PackageOf(folder, line))]);
    }

    // The sum is taken again: what is signed is what is there.
    private static ReleasedPackage PackageOf(string folder, string line)
    {
        if (line.Split("  ", 2) is not [var digest, var name] || !ReleasedPackage.IsDigest(digest) || !ReleasedPackage.IsName(name))
            throw new InvalidDataException($"{Sums} has a line of another form than 'SHA256  NAME': {line}");
        using var file = File.OpenRead(Path.Join(folder, name));
        if (Convert.ToHexStringLower(SHA256.HashData(file)) != digest) throw new InvalidDataException($"{name} does not fit its sum in {Sums}");
        return new ReleasedPackage(digest, file.Length, name);
    }
}
