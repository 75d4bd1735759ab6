using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Gatehouse.Policy.Matching;

/// <summary>An absolute path or URI that servers read in one way, as its root and its segments.</summary>
/// <remarks>
/// Threat: an answer for one folder lets a call read another one (CWE-22, CWE-177, CWE-436). A text that servers read differently is refused and
/// never repaired: one with <c>..</c> or <c>.</c>, empty segments, the other separator, <c>%</c> in a path, escapes that need none in a URI, user
/// information, a query, a fragment, a default port, or letters that look like others. Case counts, except in the scheme's host. Names do not show
/// links inside a folder.
/// </remarks>
public sealed class PlainPath : IEquatable<PlainPath>
{
    /// <summary>The most characters of a text that is read.</summary>
    public const int MostCharacters = 4096;

    /// <summary>The most segments.</summary>
    public const int MostSegments = 64;

    private const int DriveRoot = 3;

    // A server of another kind takes these for a separator, an expansion or a parameter.
    private static readonly SearchValues<char> OddInSegments = SearchValues.Create("/\\%$`;?#\"<>|*");

    private static readonly SearchValues<char> OddInUris = SearchValues.Create("/\\?#;\"<>|`$*");

    // Letters that look like a slash and have no plain form.
    private static readonly SearchValues<char> LikeSlashes = SearchValues.Create("\u2044\u2215\u29F5\u29F8\u29F9\u2571\u2572");

    /// <summary>Returns whether a letter looks like a slash although no normal form makes one of it.</summary>
    internal static bool LooksLikeSlash(Rune rune) => rune.IsBmp && LikeSlashes.Contains((char)rune.Value);

    private PlainPath(string root, char separator, ImmutableArray<string> segments)
    {
        Root = root;
        Separator = separator;
        Segments = segments;
    }

    /// <summary>The text before the first segment, with its separator, such as <c>/</c>, <c>C:\</c> or <c>https://host/</c>.</summary>
    public string Root { get; }

    /// <summary>The character between two segments.</summary>
    public char Separator { get; }

    /// <summary>The segments; none for the root itself.</summary>
    public ImmutableArray<string> Segments { get; }

    /// <summary>Reads a path or URI. A separator at the end is passed over.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">The path when the result is true.</param>
    /// <returns>False for a text that is relative, too long, or read differently by servers.</returns>
    public static bool TryRead(string text, [NotNullWhen(true)] out PlainPath? path)
    {
        ArgumentNullException.ThrowIfNull(text);
        path = text.Length > MostCharacters ? null : text.Contains("://", StringComparison.Ordinal) ? OfUri(text) : OfFile(text);
        return path is not null;
    }

    /// <summary>Returns whether another path is this one or below it, segment by segment.</summary>
    public bool Contains(PlainPath other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Root == other.Root && Segments.Length <= other.Segments.Length
            && Segments.AsSpan().SequenceEqual(other.Segments.AsSpan()[..Segments.Length]);
    }

    /// <summary>Returns the text of this path and of the folders that contain it, this one first, without the root.</summary>
    public IEnumerable<string> Folders()
    {
        for (var count = Segments.Length; count > 0; count--) yield return TextOf(count);
    }

    /// <inheritdoc />
    public bool Equals(PlainPath? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as PlainPath);

    /// <inheritdoc />
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>Returns the one spelling of the path.</summary>
    public override string ToString() => TextOf(Segments.Length);

    private string TextOf(int count) => Root + string.Join(Separator, Segments.Take(count));

    private static PlainPath? OfFile(string text)
    {
        if (text.StartsWith('/')) return Of("/", '/', text.AsSpan(1), ':');
        if (text.Length < DriveRoot || !char.IsAsciiLetter(text[0]) || text[1] != ':' || text[2] is not ('/' or '\\')) return null;
        // "C:\a" and "C:/a" are one on Windows, and two names elsewhere. So each is compared with its own kind.
        return Of(char.ToUpperInvariant(text[0]) + text[1..DriveRoot], text[2], text.AsSpan(DriveRoot), '\0');
    }

    private static PlainPath? OfUri(string text)
    {
        if (UriHazard.IsIn(text) || text.AsSpan().ContainsAny("?#;")) return null;
        var parts = UriParts.Of(text);
        if (!parts.HasAuthority || parts.Authority.Contains('@')) return null;
        var isHost = parts.IsWeb || parts.Scheme is "file";
        // Other schemes may distinguish capitals there.
        var authority = isHost ? parts.Authority.ToString().ToLowerInvariant() : parts.Authority.ToString();
        var segments = parts.Path.StartsWith('/') ? parts.Path[1..] : parts.Path;
        return Of($"{parts.Scheme}://{authority}/", '/', Decoded(segments), ':');
    }

    // Escapes of letters outside ASCII are one spelling with the letters. All others stay, in capitals.
    private static string Decoded(ReadOnlySpan<char> path)
    {
        var text = new StringBuilder(path.Length);
        while (!path.IsEmpty)
        {
            var used = 1;
            if (path[0] != '%' || !UriReading.TryDecode(path, out var rune, out used)) text.Append(path[0]);
            else if (rune.IsAscii) text.Append(path[..used].ToString().ToUpperInvariant());
            else text.Append(rune);
            path = path[Math.Max(1, used)..];
        }

        return text.ToString();
    }

    private static PlainPath? Of(string root, char separator, ReadOnlySpan<char> rest, char permitted)
    {
        var isUri = root.Contains("://", StringComparison.Ordinal);
        if (rest.EndsWith([separator])) rest = rest[..^1];
        if (rest.IsEmpty) return new PlainPath(root, separator, []);
        var segments = rest.ToString().Split(separator);
        return segments.Length <= MostSegments && segments.All(one => IsPlain(one, isUri, permitted))
            ? new PlainPath(root, separator, [.. segments]) : null;
    }

    private static bool IsPlain(string segment, bool isUri, char permitted)
    {
        // Windows passes over dots and spaces at the end of a name.
        if (segment.Length == 0 || segment == "." || segment.Contains("..", StringComparison.Ordinal) || segment[^1] is '.' or ' ') return false;
        if (segment.AsSpan().ContainsAny(LikeSlashes)) return false;
        if (permitted != ':' && segment.Contains(':', StringComparison.Ordinal)) return false;
        if (isUri ? segment.AsSpan().ContainsAny(OddInUris) : segment.AsSpan().ContainsAny(OddInSegments)) return false;
        foreach (var rune in segment.EnumerateRunes())
        {
            if (rune.Value is < ' ' or 0x7F or 0xFFFD || (!rune.IsAscii && UriHazard.IsOddLetter(rune))) return false;
        }

        return true;
    }
}
