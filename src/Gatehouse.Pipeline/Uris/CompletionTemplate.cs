using System.Text;
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
/// </remarks>
internal static class CompletionTemplate
{
    private const string Operators = "+#./;?&";

    /// <summary>
    /// Returns the template with every expression filled in whose values are all known. The value that is being typed is not known yet, only its
    /// beginning.
    /// </summary>
    /// <param name="message">A completion whose reference is a resource.</param>
    public static string Fill(ValidatedMessage message)
    {
        var template = message.Text(EnvelopeMember.ParamsRefUri) ?? "";
        if (!template.Contains('{', StringComparison.Ordinal)) return template;
        var known = Known(message);
        var typed = message.Text(EnvelopeMember.ParamsArgumentName) ?? "";
        var begins = message.Text(EnvelopeMember.ParamsArgumentValue) ?? "";
        var filled = new StringBuilder(template.Length);
        foreach (var (literal, expression) in Parts(template))
        {
            filled.Append(literal);
            if (expression is null) continue;
            var names = NamesOf(expression);
            if (expression.Contains(':', StringComparison.Ordinal)) filled.Append('{').Append(expression).Append('}');
            else if (names.Count > 0 && names.TrueForAll(known.ContainsKey)) Expand(filled, expression[0], names, known);
            else filled.Append(names is [var one] && one == typed && !Operators.Contains(expression[0], StringComparison.Ordinal)
                ? Uri.EscapeDataString(begins) : "").Append('{').Append(expression).Append('}');
        }

        return filled.ToString();
    }

    /// <summary>
    /// Tells whether the request names a variable that the template does not have, or names one twice: a server could still look it up.
    /// </summary>
    /// <param name="message">A completion whose reference is a resource.</param>
    public static bool NamesOthers(ValidatedMessage message)
    {
        var template = message.Text(EnvelopeMember.ParamsRefUri) ?? "";
        if (!template.Contains('{', StringComparison.Ordinal)) return false;
        var names = Parts(template).SelectMany(part => part.Expression is { } expression ? NamesOf(expression) : [])
            .ToHashSet(StringComparer.Ordinal);
        var known = Known(message);
        return message.Text(EnvelopeMember.ParamsArgumentName) is not { } typed || !names.Contains(typed) || known.ContainsKey(typed)
            || !known.Keys.All(names.Contains);
    }

    private static Dictionary<string, string> Known(ValidatedMessage message)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        var bytes = message.Bytes.Span;
        foreach (var member in JsonWalk.Members(bytes, message.Range(EnvelopeMember.ParamsContextArguments)))
            known[JsonWalk.String(bytes, member.Name)!] = JsonWalk.String(bytes, member.Value) ?? "";
        return known;
    }

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
        var reserved = first is '+' or '#';
        filled.Append(before)
            .AppendJoin(between,
            names.Select(name =>
                (named ? Named(first, name, known[name]) : "") + (reserved ? Reserved(known[name]) : Uri.EscapeDataString(known[name]))));
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
