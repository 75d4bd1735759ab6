using System.Text;

namespace Gatehouse.Analyzers.Taint;

/// <summary>Texts that are put together. The text before an argument decides what the argument can still do.</summary>
internal static class Texts
{
    private static readonly char[] EndOfHost = ['/', '?', '#'];

    public static TaintValue Concat(IReadOnlyList<TaintValue> parts)
    {
        var text = new StringBuilder();
        var sum = TaintValue.Clean;
        bool? separator = null;
        foreach (var part in parts)
        {
            var kinds = part.Whole;
            var before = text.ToString();
            // An argument in the path or the query of a fixed host does not choose the host (CWE-918).
            if (HasHost(before)) kinds &= ~TaintKinds.Url;
            // A text with something before it is no absolute path (CWE-36).
            if (before.Length > 0) kinds &= ~TaintKinds.PathRoot;
            var flat = part.Flat().Without(part.Whole & ~kinds);
            var origins = part.Tainted ? sum.Origins.Union(part.Origins) : sum.Origins;
            sum = new TaintValue
            {
                Kinds = sum.Kinds | flat.Kinds,
                Argument = sum.Argument ?? flat.Argument,
                Exceptions = sum.Exceptions.Union(flat.Exceptions),
                Origins = origins,
            };
            text.Append(part.Part);
            separator = part.Text is "" ? separator : part.Separator;
        }

        return sum with { Text = TaintValue.Cut(text.ToString()), Separator = separator };
    }

    /// <summary>What <c>string.Format</c> makes of a format that is known.</summary>
    public static TaintValue Format(TaintValue format, IReadOnlyList<TaintValue> arguments)
    {
        if (format.Constant is not { } pattern) return Concat([format, .. arguments]);
        var parts = new List<TaintValue>();
        var rest = pattern;
        while (rest.IndexOf('{') is >= 0 and var open && rest.IndexOf('}', open) is >= 0 and var close)
        {
            parts.Add(TaintValue.OfText(rest.Substring(0, open)));
            var number = rest.Substring(open + 1, close - open - 1).Split(',', ':')[0];
            if (int.TryParse(number, out var index) && index < arguments.Count) parts.Add(arguments[index]);
            rest = rest.Substring(close + 1);
        }

        parts.Add(TaintValue.OfText(rest));
        return Concat(parts);
    }

    /// <summary>A part of an address.</summary>
    public static TaintValue OfUri(TaintValue address, string property) => property switch
    {
        "Host" or "IdnHost" or "DnsSafeHost" or "Authority" => address with { Form = ValueForm.Host, Text = null },
        "AbsoluteUri" or "OriginalString" => address with { Text = null },
        _ => address.Flat().Without(TaintKinds.Url),
    };

    /// <summary>Whether a text names the whole host of an address, so that what follows is its path or query.</summary>
    public static bool HasHost(string before)
    {
        var scheme = before.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
        {
            var end = before.IndexOfAny(EndOfHost, scheme + 3);
            return end > scheme + 3 && before.IndexOf(TaintValue.TaintedPart, scheme + 3, end - scheme - 3) < 0;
        }

        if (before.Length == 0 || before[0] == TaintValue.TaintedPart) return false;
        // "/x" of an argument "/evil" would be "//evil", another host.
        if (before[0] == '/') return before.Length > 1 && before[1] is not ('/' or TaintValue.TaintedPart);
        var slash = before.IndexOfAny(EndOfHost);
        return slash > 0 && before.IndexOf(TaintValue.TaintedPart, 0, slash) < 0;
    }
}
