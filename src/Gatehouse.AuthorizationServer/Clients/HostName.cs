using System.Text;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>Host names as people see them.</summary>
internal static class HostName
{
    private const string AcePrefix = "xn--";

    // Short names are used by different owners at different registries.
    private const int ShortestName = 5;

    /// <summary>Returns a host without the port that may follow it.</summary>
    public static string WithoutPort(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var colon = host.LastIndexOf(':');
        return colon < 0 || host.EndsWith(']') ? host : host[..colon];
    }

    /// <summary>Returns whether a label of the host is written in Punycode (RFC 5890 §2.3.2.1): it has letters that are not ASCII.</summary>
    public static bool HasPunycode(string host) =>
        host.Split('.').Any(label => label.StartsWith(AcePrefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Returns the host with its letters; a label that is not valid Punycode stays as it is.</summary>
    public static string WithLetters(string host) => string.Join('.', host.Split('.').Select(LabelWithLetters));

    /// <summary>Returns whether a host resembles another one that a person knows, and is neither it nor of the same owner by its name.</summary>
    public static bool IsLookAlike(string host, string known)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(known);
        if (host.Equals(known, StringComparison.OrdinalIgnoreCase) || IsWithin(host, known) || IsWithin(known, host))
            return false;
        if (BeginsWithLabels(host, known) || HasSameNameElsewhere(host, known))
            return true;
        var (one, other) = (Resemblance.Skeleton(WithLetters(host)), Resemblance.Skeleton(known));
        // Hosts of one domain often differ by one letter (mcp1, mcp2), so there only the same shapes count.
        return LastTwoLabels(host).Equals(LastTwoLabels(known), StringComparison.OrdinalIgnoreCase)
            ? string.Equals(one, other, StringComparison.Ordinal) : Resemblance.AreAlike(one, other);
    }

    // claude.ai.example and claude-ai.example begin like claude.ai.
    private static bool BeginsWithLabels(string host, string known)
    {
        var labels = host.ToLowerInvariant().Replace('-', '.').Split('.');
        var begin = known.ToLowerInvariant().Replace('-', '.').Split('.');
        return begin.Length > 1 && labels.Length > begin.Length && labels.Take(begin.Length).SequenceEqual(begin);
    }

    // claude.io is claude.ai at another registry.
    private static bool HasSameNameElsewhere(string host, string known)
    {
        var (end, knownEnd) = (host.LastIndexOf('.'), known.LastIndexOf('.'));
        return end >= ShortestName && knownEnd >= ShortestName
            && string.Equals(Resemblance.Skeleton(WithLetters(host[..end])), Resemblance.Skeleton(known[..knownEnd]), StringComparison.Ordinal);
    }

    private static bool IsWithin(string host, string domain) =>
        host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);

    private static string LastTwoLabels(string host)
    {
        var labels = host.Split('.');
        return string.Join('.', labels.TakeLast(2));
    }

    private static string LabelWithLetters(string label)
    {
        var isPunycode = label.StartsWith(AcePrefix, StringComparison.OrdinalIgnoreCase);
        return isPunycode && Decode(label.AsSpan(AcePrefix.Length)) is { Length: > 0 } decoded ? decoded : label;
    }

    // RFC 3492 §6.2. Own code, because the runtime's refuses what IDNA 2003 does not know, where globalization is invariant.
    private static string? Decode(ReadOnlySpan<char> text)
    {
        var last = text.LastIndexOf('-');
        List<Rune> output = [.. (last > 0 ? text[..last] : default).ToString().EnumerateRunes()];
        var (point, index, bias) = (128, 0, 72);
        for (var at = last > 0 ? last + 1 : 0; at < text.Length;)
        {
            if (!TryReadDelta(text, ref at, bias, out var delta) || delta > int.MaxValue - index)
                return null;
            var before = index;
            index += delta;
            bias = Adapt(index - before, output.Count + 1, before == 0 && output.Count == (last > 0 ? last : 0));
            point += index / (output.Count + 1);
            index %= output.Count + 1;
            if (!Rune.IsValid(point))
                return null;
            output.Insert(index++, new Rune(point));
        }

        return string.Concat(output);
    }

    private static bool TryReadDelta(ReadOnlySpan<char> text, ref int at, int bias, out int delta)
    {
        delta = 0;
        long weight = 1;
        long sum = 0;
        for (var k = 36; ; k += 36)
        {
            if (at >= text.Length || DigitOf(text[at++]) is not (>= 0 and var digit))
                return false;
            sum += digit * weight;
            if (sum > 0x10FFFF * 64L)
                return false;
            var threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
            if (digit < threshold)
            {
                delta = (int)sum;
                return true;
            }

            weight *= 36 - threshold;
        }
    }

    private static int DigitOf(char letter) => letter switch
    {
        >= 'a' and <= 'z' => letter - 'a',
        >= 'A' and <= 'Z' => letter - 'A',
        >= '0' and <= '9' => letter - '0' + 26,
        _ => -1,
    };

    private static int Adapt(int delta, int points, bool isFirst)
    {
        delta = isFirst ? delta / 700 : delta / 2;
        delta += delta / points;
        var k = 0;
        for (; delta > 455; k += 36)
            delta /= 35;
        return k + (36 * delta / (delta + 38));
    }
}
