using System.Buffers;
using System.Collections.Frozen;

namespace Gatehouse.Policy.Matching;

/// <summary>The resources of forbids, found under every spelling that some reader holds equal to the one that is forbidden.</summary>
/// <remarks>Threat: equivalent spellings (CWE-177). A URI in an odd spelling (<see cref="UriHazard"/>) could be any of its scheme.</remarks>
internal sealed class ForbiddenUris
{
    private const int LongestOnStack = 512;
    private readonly (UriPattern Pattern, int Rule)[] all;
    private readonly FrozenDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> exact;
    private readonly FrozenDictionary<string, (string[] Parts, int Rule)[]>.AlternateLookup<ReadOnlySpan<char>> withQuery;
    private readonly PatternTable patterns;

    public ForbiddenUris(IEnumerable<(UriPattern Pattern, int Rule)> forbidden)
    {
        all = [.. forbidden];
        var exacts = all.Where(entry => entry.Pattern.IsExact).SelectMany(Plain).ToList();
        exact = exacts.Where(entry => !entry.Text.Contains('?', StringComparison.Ordinal))
            .GroupBy(entry => entry.Text, StringComparer.Ordinal)
            .ToFrozenDictionary(same => same.Key, same => same.Select(entry => entry.Rule).Distinct().ToArray(), StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        withQuery = exacts.Where(entry => entry.Text.Contains('?', StringComparison.Ordinal))
            .GroupBy(entry => entry.Text[..entry.Text.IndexOf('?', StringComparison.Ordinal)], StringComparer.Ordinal)
            .ToFrozenDictionary(same => same.Key, same => same.Select(entry => (PartsOf(entry.Text[(same.Key.Length + 1)..]), entry.Rule)).ToArray(),
            StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        patterns = new PatternTable(all.Where(entry => !entry.Pattern.IsExact).SelectMany(PlainPatterns));
    }

    public bool IsEmpty => all.Length == 0;

    /// <summary>Adds the rules that forbid the URI, or could under some reading of it.</summary>
    public void Match(ReadOnlySpan<char> uri, Span<ulong> into)
    {
        if (IsEmpty) return;
        if (UriHazard.IsIn(uri))
        {
            var scheme = UriHazard.PlainScheme(uri);
            foreach (var (pattern, rule) in all)
            {
                if (UriHazard.SharesScheme(pattern.Prefix, scheme)) into[rule >> 6] |= 1UL << (rule & 63);
            }

            return;
        }

        var length = uri.Length + UriReading.Growth;
        var rented = length > LongestOnStack ? ArrayPool<char>.Shared.Rent(length) : null;
        var room = rented ?? stackalloc char[LongestOnStack];
        MatchReadings(room[..UriReading.Write(uri, room)], room, UriParts.Of(uri).Path is [] or [.., '/'], into);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
    }

    private static IEnumerable<(string Text, int Rule)> Plain((UriPattern Pattern, int Rule) entry)
    {
        // The target of a fragment is in the resource, not next to it (RFC 3986 §3.5).
        var plain = UriReading.Of(entry.Pattern.Text);
        var fragment = plain.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0) plain = plain[..fragment];
        if (plain.EndsWith('?')) plain = plain[..^1];
        yield return (plain, entry.Rule);
        if (WithoutHost(plain) is { } bare) yield return (bare, entry.Rule);
    }

    private static IEnumerable<(UriPattern Pattern, int Rule)> PlainPatterns((UriPattern Pattern, int Rule) entry)
    {
        var plain = UriReading.Of(entry.Pattern);
        yield return (plain, entry.Rule);
        if (WithoutHost(plain.Prefix) is { } bare) yield return (Begun(plain, bare), entry.Rule);
        // The wildcard may stand for a path with its first slash.
        if (plain.Prefix.EndsWith("://", StringComparison.Ordinal)) yield return (Begun(plain, plain.Prefix[..^2] + "/"), entry.Rule);
    }

    private static UriPattern Begun(UriPattern pattern, string prefix) =>
        pattern.With(pattern.Tokens.SetItem(0, new UriToken(UriTokenKind.Literal, prefix)));

    // Readers of file URIs differ in whether a host counts, or is the first folder.
    private static string? WithoutHost(string plain)
    {
        var parts = UriParts.Of(plain);
        return parts.Scheme is "file" && !parts.Authority.IsEmpty ? "file:/" + plain["file://".Length..] : null;
    }

    private static string[] PartsOf(string query) => query.Split(['&', ';'], StringSplitOptions.RemoveEmptyEntries);

    private void MatchReadings(Span<char> plain, Span<char> room, bool slash, Span<ulong> into)
    {
        var fragment = plain.IndexOf('#');
        var query = plain[..(fragment < 0 ? plain.Length : fragment)].IndexOf('?');
        if (fragment >= 0) MatchOne(plain, into);
        var whole = fragment < 0 ? plain : plain[..fragment];
        if (query >= 0)
        {
            MatchOne(whole, into);
            MatchQuery(whole[..query], whole[(query + 1)..], into);
        }

        var bare = query < 0 ? whole : whole[..query];
        MatchOne(bare, into);
        var parts = UriParts.Of(bare);
        if (slash)
        {
            // The original character was judged above.
            room[bare.Length] = '/';
            MatchOne(room[..(bare.Length + 1)], into);
        }

        if (parts.Scheme is "file" && !parts.Authority.IsEmpty) MatchWithoutHost(bare, parts.Authority.Length, room, into);
    }

    // file://host/path is file:/host/path to one reader, and file:/path to another.
    private void MatchWithoutHost(Span<char> bare, int host, Span<char> room, Span<ulong> into)
    {
        const int Start = 5; // file:
        bare[(Start + 1)..].CopyTo(room[Start..]);
        var length = bare.Length - 1;
        MatchOne(room[..length], into);
        var path = room[(Start + 1 + host)..length];
        path.CopyTo(room[Start..]);
        MatchOne(room[..(Start + path.Length)], into);
    }

    private void MatchOne(ReadOnlySpan<char> plain, Span<ulong> into)
    {
        if (exact.TryGetValue(plain, out var rules))
        {
            foreach (var rule in rules) into[rule >> 6] |= 1UL << (rule & 63);
        }

        patterns.Match(plain, into);
    }

    // A server that knows a parameter reads it in any order and among others.
    private void MatchQuery(ReadOnlySpan<char> path, ReadOnlySpan<char> query, Span<ulong> into)
    {
        if (!withQuery.TryGetValue(path, out var candidates)) return;
        foreach (var (parts, rule) in candidates)
        {
            var has = true;
            foreach (var part in parts) has &= HasPart(query, part);
            if (has) into[rule >> 6] |= 1UL << (rule & 63);
        }
    }

    private static bool HasPart(ReadOnlySpan<char> query, string part)
    {
        foreach (var range in query.SplitAny('&', ';'))
        {
            if (query[range].SequenceEqual(part)) return true;
        }

        return false;
    }
}
