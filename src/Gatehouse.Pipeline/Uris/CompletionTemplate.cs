using System.Text;
using Gatehouse.Policy.Matching;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Uris;

/// <summary>
/// The resource template of a completion, filled in with the request's values of its variables (RFC 6570, section 3.2). A server looks values up
/// under that URI, so the policy is asked about it. An expression with a prefix (<c>{id:3}</c>, section 2.4.1) is never filled in: some servers look
/// up the value and others its beginning, so the result is not known.
/// </summary>
/// <remarks>
/// Threat: the completions contain the names of another person's objects (IDOR, CWE-639), by a value in <c>context</c> or in the template itself.
/// Threat: a short template repeats a long value until the memory is full (CWE-409, CWE-789). Neither the template nor what it becomes is longer than
/// <see cref="UriPattern.LongestUri"/>, and a value is looked at only while it could fit.
/// </remarks>
internal static class CompletionTemplate
{
    private const string Operators = "+#./;?&";

    // In the place of each value that is too long.
    private static readonly string TooLong = new('x', UriPattern.LongestUri + 1);

    /// <summary>
    /// Returns the template with every expression filled in whose values are all known. The value that is being typed is not known yet, only its
    /// beginning.
    /// </summary>
    /// <param name="message">A completion whose reference is a resource.</param>
    /// <returns>At most <see cref="UriPattern.LongestUri"/> characters; null where the template, or what it becomes, is longer.</returns>
    public static string? Fill(ValidatedMessage message)
    {
        if (Template(message) is not { } template) return null;
        if (!template.Contains('{', StringComparison.Ordinal)) return template;
        var parts = Parts(template);
        var known = Known(message, NamesIn(parts));
        var typed = message.Text(EnvelopeMember.ParamsArgumentName) ?? "";
        var filled = new StringBuilder(template.Length);
        foreach (var (literal, expression) in parts)
        {
            filled.Append(literal);
            if (expression is null) continue;
            var names = NamesOf(expression);
            if (expression.Contains(':', StringComparison.Ordinal)) filled.Append('{').Append(expression).Append('}');
            else if (names.Count > 0 && names.TrueForAll(known.ContainsKey)) Expand(filled, expression[0], names, known);
            else
            {
                if (names is [var one] && one == typed && !Operators.Contains(expression[0], StringComparison.Ordinal))
                    filled.Append(Uri.EscapeDataString(Value(message.Raw(EnvelopeMember.ParamsArgumentValue))));
                filled.Append('{').Append(expression).Append('}');
            }

            if (filled.Length > UriPattern.LongestUri) return null;
        }

        return filled.Length > UriPattern.LongestUri ? null : filled.ToString();
    }

    /// <summary>
    /// Tells whether the request names a variable that the template does not have, or names one twice: a server could still look it up.
    /// </summary>
    /// <param name="message">A completion whose reference is a resource.</param>
    public static bool NamesOthers(ValidatedMessage message)
    {
        if (Template(message) is not { } template || !template.Contains('{', StringComparison.Ordinal)) return false;
        var names = NamesIn(Parts(template));
        if (message.Text(EnvelopeMember.ParamsArgumentName) is not { } typed || !names.Contains(typed)) return true;
        var bytes = message.Bytes.Span;
        foreach (var member in JsonWalk.Members(bytes, message.Range(EnvelopeMember.ParamsContextArguments)))
        {
            if (Fitting(member.Name.Of(bytes)) is not { } name || name == typed || !names.Contains(name)) return true;
        }

        return false;
    }

    private static string? Template(ValidatedMessage message) =>
        message.IsString(EnvelopeMember.ParamsRefUri) ? Fitting(message.Raw(EnvelopeMember.ParamsRefUri)) : "";

    // Null for a text that is longer than any URI: it is not even decoded. A character takes at most six bytes of JSON, \u0041.
    private static string? Fitting(ReadOnlySpan<byte> token) =>
        token.Length <= 6 * UriPattern.LongestUri + 2 && (JsonText.Decode(token) ?? "") is { Length: <= UriPattern.LongestUri } text ? text : null;

    private static string Value(ReadOnlySpan<byte> token) => Fitting(token) ?? TooLong;

    private static Dictionary<string, string> Known(ValidatedMessage message, HashSet<string> names)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        var bytes = message.Bytes.Span;
        foreach (var member in JsonWalk.Members(bytes, message.Range(EnvelopeMember.ParamsContextArguments)))
        {
            if (Fitting(member.Name.Of(bytes)) is { } name && names.Contains(name)) known[name] = Value(member.Value.Of(bytes));
        }

        return known;
    }

    private static HashSet<string> NamesIn(List<(string Literal, string? Expression)> parts) =>
        parts.SelectMany(part => part.Expression is { } expression ? NamesOf(expression) : []).ToHashSet(StringComparer.Ordinal);

    private static List<(string Literal, string? Expression)> Parts(string template)
    {
        List<(string, string?)> parts = [];
        for (var at = 0; at < template.Length;)
        {
            var open = template.IndexOf('{', at);
            var close = open < 0 ? -1 : template.IndexOf('}', open);
            if (close < 0)
            {
                parts.Add((template[at..], null));
                break;
            }

            parts.Add((template[at..open], close > open + 1 ? template[(open + 1)..close] : null));
            at = close + 1;
        }

        return parts;
    }

    private static List<string> NamesOf(string expression) =>
        [.. expression.TrimStart(Operators.ToCharArray()).Split(',').Select(name => name.Split(':')[0].TrimEnd('*')).Where(name => name.Length > 0)];

    private static void Expand(StringBuilder filled, char first, List<string> names, Dictionary<string, string> known)
    {
        var (before, between, named) = first switch
        {
            '#' => ("#", ",", false),
            '.' => (".", ".", false),
            '/' => ("/", "/", false),
            ';' => (";", ";", true),
            '?' => ("?", "&", true),
            '&' => ("&", "&", true),
            _ => ("", ",", false),
        };
        foreach (var name in names)
        {
            filled.Append(before);
            before = between;
            if (named) filled.Append(Named(first, name, known[name]));
            filled.Append(first is '+' or '#' ? Reserved(known[name]) : Uri.EscapeDataString(known[name]));
            if (filled.Length > UriPattern.LongestUri) return;
        }
    }

    // A path parameter without a value has no equals sign (section 3.2.7); in a query it has (section 3.2.8).
    private static string Named(char first, string name, string value) => first == ';' && value.Length == 0 ? name : name + "=";

    // Reserved characters and escapes stay as they are (section 3.2.3); a percent sign that begins no escape is none.
    private static string Reserved(string value)
    {
        var text = new StringBuilder(value.Length);
        var at = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            text.Append(StaysReserved(value, at, rune) ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
            at += rune.Utf16SequenceLength;
        }

        return text.ToString();
    }

    private static bool StaysReserved(string value, int at, Rune rune)
    {
        if (!rune.IsAscii) return false;
        var one = (char)rune.Value;
        if (one == '%') return at + 2 < value.Length && char.IsAsciiHexDigit(value[at + 1]) && char.IsAsciiHexDigit(value[at + 2]);
        return char.IsAsciiLetterOrDigit(one) || "-._~:/?#[]@!$&'()*+,;=".Contains(one, StringComparison.Ordinal);
    }
}
