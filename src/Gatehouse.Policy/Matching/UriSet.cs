using System.Collections.Immutable;

namespace Gatehouse.Policy.Matching;

/// <summary>The resources of a rule.</summary>
public sealed class UriSet
{
    private readonly Lazy<ForbiddenUris> readings;

    /// <summary>Reads the patterns.</summary>
    /// <exception cref="ArgumentException">One of them is faulty.</exception>
    public UriSet(IEnumerable<string> patterns)
        : this(patterns?.Select(UriPattern.Parse) ?? throw new ArgumentNullException(nameof(patterns)))
    {
    }

    /// <summary>Takes patterns.</summary>
    public UriSet(IEnumerable<UriPattern> patterns)
    {
        Patterns = [.. patterns];
        readings = new Lazy<ForbiddenUris>(() => new ForbiddenUris(Patterns.Select(pattern => (pattern, 0))));
    }

    /// <summary>The patterns, exact ones too.</summary>
    public ImmutableArray<UriPattern> Patterns { get; }

    /// <summary>
    /// Returns whether the set covers a URI. Undecidable for one that servers read differently, and for another spelling of one that it covers.
    /// </summary>
    internal Ternary Covers(string uri)
    {
        var hazardous = UriHazard.IsIn(uri);
        foreach (var pattern in Patterns)
        {
            if (pattern.IsExact ? pattern.Text == uri : !hazardous && pattern.Matches(uri)) return Ternary.True;
        }

        Span<ulong> found = stackalloc ulong[1];
        readings.Value.Match(uri, found);
        return found[0] == 0 ? Ternary.False : Ternary.Undecidable;
    }

    /// <summary>
    /// Returns whether the set covers a template: true for all its expansions, open for some. Undecidable for some where it is being completed.
    /// </summary>
    /// <remarks>Threat: a completion returns the names of all expansions, forbidden ones among them (IDOR, CWE-639).</remarks>
    internal Ternary CoversTemplate(UriTemplate template)
    {
        var result = Ternary.False;
        var scheme = template.PlainScheme;
        foreach (var pattern in Patterns)
        {
            if (template.IsHazardous)
            {
                if (UriHazard.SharesScheme(pattern.Prefix, scheme)) result = Ternary.Undecidable;
                continue;
            }

            if (template.IsCoveredBy(pattern)) return Ternary.True;
            if (template.Intersects(pattern)) result = template.Completes ? Ternary.Undecidable : Ternary.Open;
        }

        return result;
    }
}
