using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Cli.Output;
using Gatehouse.Files;

namespace Gatehouse.Cli.UpdateCommands;

/// <summary>Options of the commands about releases, and the key that they name.</summary>
internal static class UpdateOptions
{
    private const string Embedded = "release-key.pem";
    private const int LargestKey = 8 << 10;

    /// <summary>The option that names another key.</summary>
    public static Option<string?> Key() => new("--key")
    {
        Description = "Public key of the releases (PEM, P-256). Default: the key in this program.",
        HelpName = "file",
    };

    /// <summary>Reads the key of a file, otherwise the one in the program. A file that has none is reported.</summary>
    /// <param name="file">The file; null for the key in the program.</param>
    /// <param name="key">The key.</param>
    /// <returns>False where the file has no key.</returns>
    public static bool TryReadKey(string? file, [NotNullWhen(true)] out ReleaseKey? key)
    {
        key = null;
        try
        {
            key = ReleaseKey.OfPem(file is null ? OfProgram() : RegularFile.ReadText(file, LargestKey, Encoding.ASCII));
            return true;
        }
        catch (Exception e) when (file is not null && e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            Terminal.Fault($"--key {file}: {e.Message}");
            Terminal.Hint("give a file with a public key on P-256 in PEM, as eng/release-key.pem of the repository has it");
            return false;
        }
    }

    private static string OfProgram()
    {
        using var text = new StreamReader(typeof(UpdateOptions).Assembly.GetManifestResourceStream(Embedded)!);
        return text.ReadToEnd();
    }
}
