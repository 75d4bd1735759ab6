using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Cli.UpdateCommands;

/// <summary>
/// The statement about the newest release, <c>release.txt</c>: the text of a note (C2SP signed-note) that the key of the releases signs. It is the
/// one file that <c>gatehouse update check</c> fetches.
/// </summary>
/// <remarks>
/// Threats, in the terms of The Update Framework, of whoever controls the place of the file or the network: a package of their own (the signature and
/// the digests), an old release with a known weakness (rollback: a reader refuses a statement that is older than one it accepted), an old statement
/// that hides a newer release (freeze: <see cref="Expires"/>), a statement from the future that would make all later ones old (fast-forward: a reader
/// refuses it), and a file without end (the bounds of a note). The first line keeps the text from being anything else that the key signs. One
/// statement has one text.
/// </remarks>
/// <param name="Version">The version.</param>
/// <param name="Commit">The commit that the packages were made of; see <see cref="IsCommit"/>.</param>
/// <param name="Published">The time of the statement, in whole seconds.</param>
/// <param name="Expires">The time from which the statement no longer says what is newest, in whole seconds.</param>
/// <param name="Packages">The files of the release, by name.</param>
internal sealed record ReleaseStatement(
    ReleaseVersion Version, string Commit, DateTimeOffset Published, DateTimeOffset Expires, IReadOnlyList<ReleasedPackage> Packages)
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "release.txt";

    /// <summary>The first line.</summary>
    public const string Header = "gatehouse-release/v1";

    /// <summary>The name of the key in signatures.</summary>
    public const string KeyName = "gatehouse-release";

    /// <summary>The most packages of a statement.</summary>
    public const int MostPackages = 64;

    /// <summary>The form of times.</summary>
    public const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private const string Modified = "-modified";
    private const int CommitCharacters = 40;

    /// <summary>The longest time from publication to expiry. A statement without an end would hide newer releases.</summary>
    public static TimeSpan LongestLife { get; } = TimeSpan.FromDays(400);

    /// <summary>Reads a signed statement and verifies its signature.</summary>
    /// <param name="note">The bytes of the file.</param>
    /// <param name="key">The key of the releases.</param>
    /// <param name="fault">The reason where it is refused.</param>
    /// <returns>The statement; null where it is refused.</returns>
    public static ReleaseStatement? Read(ReadOnlySpan<byte> note, NoteKey key, out string? fault)
    {
        fault = "it is no signed note (C2SP signed-note)";
        if (SignedNote.Parse(note) is not { } signed) return null;
        fault = "it is not signed by the expected key, or was changed";
        if (signed.Verified([key]) is not [_]) return null;
        fault = $"it is signed, and its text has no form that this version knows ({Header})";
        if (!TryParse(signed.Text, out var statement)) return null;
        fault = null;
        return statement;
    }

    /// <summary>Reads the text of a note.</summary>
    /// <returns>False where it is no statement.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out ReleaseStatement? statement)
    {
        statement = null;
        if (text.Split('\n') is not [Header, var version, var commit, var published, var expires, .. var packages, ""]
            || packages.Length is 0 or > MostPackages) return false;
        if (!TryCut(version, "version ", out var number) || !ReleaseVersion.TryParse(number, out var parsed)
            || !TryCut(commit, "commit ", out var source) || !IsCommit(source)
            || !TryTime(published, "published ", out var from) || !TryTime(expires, "expires ", out var to)) return false;
        if (to <= from || to - from > LongestLife) return false;
        var read = new List<ReleasedPackage>(packages.Length);
        foreach (var line in packages)
        {
            if (!ReleasedPackage.TryParse(line, out var package)) return false;
            read.Add(package);
        }

        if (read.DistinctBy(static package => package.Name).Count() != read.Count) return false;
        statement = new ReleaseStatement(parsed, source, from, to, read);
        return statement.ToText() == text;
    }

    /// <summary>
    /// Returns whether a text names a commit: 40 hexadecimal digits, with <c>-modified</c> behind a changed one, or <c>unknown</c>.
    /// </summary>
    public static bool IsCommit(string text)
    {
        var digits = text.EndsWith(Modified, StringComparison.Ordinal) ? text[..^Modified.Length] : text;
        return text == "unknown" || (digits.Length == CommitCharacters && digits.All(char.IsAsciiHexDigitLower));
    }

    /// <summary>Returns the text of the note.</summary>
    public string ToText()
    {
        var text = new StringBuilder(
            $"{Header}\nversion {Version}\ncommit {Commit}\npublished {Written(Published)}\nexpires {Written(Expires)}\n");
        foreach (var package in Packages) text.Append(CultureInfo.InvariantCulture, $"{package}\n");
        return text.ToString();
    }

    /// <summary>Returns a time as statements have it.</summary>
    public static string Written(DateTimeOffset time) => time.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture);

    private static bool TryTime(string line, string word, out DateTimeOffset time)
    {
        time = default;
        return TryCut(line, word, out var text)
            && DateTimeOffset.TryParseExact(text, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }

    private static bool TryCut(string line, string word, out string rest)
    {
        rest = line.StartsWith(word, StringComparison.Ordinal) ? line[word.Length..] : "";
        return rest.Length > 0;
    }
}
