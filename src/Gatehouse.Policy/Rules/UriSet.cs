using System.Collections.Immutable;

namespace Gatehouse.Policy;

/// <summary>The resources a rule speaks of.</summary>
public sealed class UriSet
{
    /// <summary>Reads the patterns.</summary>
    /// <exception cref="ArgumentException">One of them is faulty.</exception>
    public UriSet(IEnumerable<string> patterns)
        : this(patterns?.Select(UriPattern.Parse) ?? throw new ArgumentNullException(nameof(patterns)))
    {
    }

    /// <summary>Takes patterns.</summary>
    public UriSet(IEnumerable<UriPattern> patterns) => Patterns = [.. patterns];

    /// <summary>The patterns, exact ones too.</summary>
    public ImmutableArray<UriPattern> Patterns { get; }

    /// <summary>Whether the set covers a URI; undecidable for one that servers read differently.</summary>
    internal Truths Covers(string uri)
    {
        var hazardous = UriHazard.IsIn(uri);
        var result = Truths.False;
        foreach (var pattern in Patterns)
        {
            if (pattern.IsExact ? pattern.Text == uri : !hazardous && pattern.Matches(uri)) return Truths.True;
            if (hazardous && !pattern.IsExact && UriHazard.SharesScheme(pattern.Prefix, uri)) result = Truths.Undecidable;
        }

        return result;
    }

    /// <summary>Whether the set covers a template: true for all its expansions, open for some.</summary>
    internal Truths CoversTemplate(string template)
    {
        var result = Truths.False;
        foreach (var pattern in Patterns)
        {
            if (UriTemplates.Covers(pattern, template)) return Truths.True;
            if (UriTemplates.Intersects(pattern, template)) result = Truths.Open;
        }

        return result;
    }
}
