using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gatehouse.Cli.UpdateCommands;

/// <summary>A file of a release.</summary>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Name">Its name, without a folder.</param>
internal sealed record ReleasedPackage(string Sha256, long Size, string Name)
{
    private const int DigestCharacters = 64;
    private const int LongestName = 120;

    /// <summary>Reads a line of a statement, <c>SHA256 SIZE NAME</c>.</summary>
    /// <returns>False where it has another form.</returns>
    public static bool TryParse(string line, [NotNullWhen(true)] out ReleasedPackage? package)
    {
        package = null;
        if (line.Split(' ') is not [var digest, var size, var name] || !IsDigest(digest) || !IsName(name)
            || !long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)) return false;
        package = new ReleasedPackage(digest, bytes, name);
        return package.ToString() == line;
    }

    /// <summary>Returns whether a text is a SHA-256 in lower-case hexadecimal.</summary>
    public static bool IsDigest(string text) => text.Length == DigestCharacters && text.All(char.IsAsciiHexDigitLower);

    /// <summary>
    /// Returns whether a name may be in a statement. Threat: a name that leads into another folder or is read as an option of a program (CWE-22,
    /// CWE-88).
    /// </summary>
    public static bool IsName(string name) => name.Length is > 0 and <= LongestName && char.IsAsciiLetterOrDigit(name[0])
        && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '+');

    /// <summary>Returns the line of a statement.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sha256} {Size} {Name}");
}
