using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Policy;
using Gatehouse.Protocol.Json;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// The text that a person is shown about a call. It is complete: every argument is in it in full, and nothing is cut. It depends on the facts of the
/// question only, so that its digest says what was approved.
/// </summary>
/// <remarks>
/// Threat: the text of a call hides what the call does. Outside text is escaped in one notation (<see cref="VisibleText"/>), each value is on a line
/// of its own, and quotation marks in strings are escaped, so that no value looks like another one. A letter of another script is escaped where it
/// makes a word look like another one. Long lines are broken here and not by the terminal, and each further part has a mark. Long runs of spaces are
/// counted.
/// </remarks>
internal static class ApprovalText
{
    private const int LabelWidth = 12;

    // Common terminals have 80 columns and more.
    private const int MostColumns = 78;
    private const string Continued = "| ";

    // Half a line at most, which with the deepest indent and the mark fits into the next one.
    private const int LongestCarried = 36;

    // From here on, letters of some scripts take two columns. To count others as wide breaks a line earlier than needed.
    private const int FirstWide = 0x1100;

    // Each level is moved by two characters. Deeper levels stay there: the brackets say where a value belongs, and the text stays in proportion.
    private const int DeepestIndent = 16;

    /// <summary>Returns the lines. Outside text in them is escaped.</summary>
    public static IReadOnlyList<string> Lines(ApprovalFacts facts) => facts.Access is { } asked ? AccessText.Lines(facts, asked)
        : facts.Act is { } act ? ActText.Lines(facts, act) : OfCall(facts);

    private static IReadOnlyList<string> OfCall(ApprovalFacts facts) =>
    [
        .. Head(facts, facts.Target),
        .. facts.Findings.SelectMany(static finding => Line("finding", Visible(finding))),
        .. Line("definition", facts.Definition is { } digest ? Visible(digest) : "none"),
        .. facts.IsConfirmation ? [] : Line("people", People(facts)),
        .. Line("exchange", $"{Visible(facts.ExchangeId)}, configuration {facts.Generation.ToString(CultureInfo.InvariantCulture)}"),
        .. ComparisonText.Lines(facts.Compared),
        .. Line("parameters", facts.Parameters.IsEmpty ? "none" : Size(facts.Parameters.Length)),
        .. Values(facts.Parameters.Span),
    ];

    /// <summary>
    /// Returns the lines about a call without its arguments: no parameters, no comparison, no findings, which are about the arguments, and no query
    /// of a resource. A person who was shown only this can deny, and cannot grant.
    /// </summary>
    public static IReadOnlyList<string> Summary(ApprovalFacts facts) =>
    [
        .. Head(facts, TargetInSummary(facts)),
        .. Line("people", People(facts)),
        .. Line("parameters", facts.Parameters.IsEmpty ? "none" : $"{Bytes(facts.Parameters.Length)}, not shown here"),
    ];

    /// <summary>
    /// Returns the target as a summary has it. The URI of a resource ends before its query or fragment, which are arguments in another place
    /// (RFC 3986 §3.4, §3.5).
    /// </summary>
    public static string? TargetInSummary(ApprovalFacts facts)
    {
        var isResource = facts.Method.StartsWith("resources/", StringComparison.Ordinal)
            || facts.Targets.Any(static target => target.Kind == PolicyTarget.Resource);
        return isResource && facts.Target is { } uri && uri.AsSpan().IndexOfAny('?', '#') is >= 0 and var end ? uri[..end] : facts.Target;
    }

    /// <summary>Returns the SHA-256 of the lines joined by line feeds, as UTF-8.</summary>
    public static byte[] DigestOf(IReadOnlyList<string> lines) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines)));

    private static IEnumerable<string> Head(ApprovalFacts facts, string? target) =>
    [
        .. Line("call", $"{Visible(facts.Method)} {Visible(target)}".TrimEnd()),
        .. target != facts.Target ? Line("query", "not shown here") : [],
        .. Line("server", $"{Visible(facts.Server)} ({Visible(facts.Source)})"),
        .. Line("endpoint", Visible(facts.Endpoint)),
        .. Local(facts),
        .. Line("asked by", $"{Visible(facts.Subject)} of {Visible(facts.Issuer)}{Client(facts)}"),
        .. facts.Rules.SelectMany(Rule),
    ];

    private static IEnumerable<string> Local(ApprovalFacts facts) => facts.Command is not { } command ? [] :
    [
        .. Line("command", string.Join(' ', command.Select(Quoted))),
        .. Line("folder", facts.Folder is { } folder ? Quoted(folder) : "an empty one of its own"),
    ];

    private static string Quoted(string text) => VisibleText.InQuotes(Visible(text));

    private static string Client(ApprovalFacts facts) => facts.Client is { } client ? $", with client {Visible(client)}" : "";

    internal static IEnumerable<string> Rule(AskingRule rule) =>
    [
        .. Line("rule", rule.IsOfPolicy ? Visible(rule.Source) : $"{Visible(rule.Source)} ({Visible(rule.Reason)})"),
        .. rule.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(static line => Line("", Visible(line))),
    ];

    internal static string People(ApprovalFacts facts)
    {
        var number = facts.Terms.Approvers == 1 ? "1 person must grant" : $"{facts.Terms.Approvers.ToString(CultureInfo.InvariantCulture)} different people must grant";
        return facts.Terms.MaySelf ? $"{number}; the caller may be one of them" : number;
    }

    private static string Size(int bytes) => bytes == 1 ? "1 byte" : $"{Bytes(bytes)}, in full:";

    private static string Bytes(int bytes) => bytes == 1 ? "1 byte" : string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes");

    /// <summary>
    /// Returns the lines of a JSON value of a validated message: each value on a line of its own, in the order of the bytes, and numbers with every
    /// digit.
    /// </summary>
    /// <param name="json">The value, without a byte around it; empty for none.</param>
    public static IReadOnlyList<string> Values(ReadOnlySpan<byte> json)
    {
        var lines = new List<string>();
        if (json.IsEmpty) return lines;
        Value(json, new ByteRange(0, json.Length), 0, "", "", lines);
        return lines;
    }

    private static void Value(ReadOnlySpan<byte> json, ByteRange value, int depth, string name, string end, List<string> lines)
    {
        var token = value.Of(json);
        if (token.Length == 2 || token[0] is not ((byte)'{' or (byte)'['))
        {
            lines.AddRange(Indented(depth, $"{name}{Scalar(token)}{end}"));
            return;
        }

        lines.AddRange(Indented(depth, name + (char)token[0]));
        if (token[0] == '{') Members(json, value, depth + 1, lines);
        else Elements(json, value, depth + 1, lines);
        lines.AddRange(Indented(depth, (token[0] == '{' ? "}" : "]") + end));
    }

    private static void Members(ReadOnlySpan<byte> json, ByteRange value, int depth, List<string> lines)
    {
        var left = 0;
        foreach (var _ in JsonWalk.Members(json, value)) left++;
        foreach (var member in JsonWalk.Members(json, value))
            Value(json, member.Value, depth, Scalar(member.Name.Of(json)) + ": ", --left > 0 ? "," : "", lines);
    }

    private static void Elements(ReadOnlySpan<byte> json, ByteRange value, int depth, List<string> lines)
    {
        var left = 0;
        foreach (var _ in JsonWalk.Elements(json, value)) left++;
        foreach (var element in JsonWalk.Elements(json, value)) Value(json, element, depth, "", --left > 0 ? "," : "", lines);
    }

    private static string Scalar(ReadOnlySpan<byte> token) => JsonText.Decode(token) is { } text ? Quoted(text) : Encoding.UTF8.GetString(token);

    private static IEnumerable<string> Indented(int depth, string text) =>
        Broken(new string(' ', 2 + 2 * Math.Min(depth, DeepestIndent)), text);

    internal static IEnumerable<string> Line(string label, string text) => Broken(label.PadRight(LabelWidth), text);

    // A line that the terminal breaks begins at its left edge, where the text of a value can imitate another line. A line is broken before a space
    // where there is one, and the space follows the mark: no line ends with one, so that the parts joined are the text again.
    private static IEnumerable<string> Broken(string before, string text)
    {
        var indent = new string(' ', before.Length) + Continued;
        var (line, columns, gap, gapColumns) = (new StringBuilder(before), before.Length, 0, 0);
        var wasSpace = true; // a text that begins with spaces is not broken there
        foreach (var rune in text.EnumerateRunes())
        {
            var width = rune.Value < FirstWide ? 1 : 2;
            if (columns + width > MostColumns)
            {
                // A long word is broken: it would leave most of the line empty.
                var carried = gap > 0 && columns - gapColumns <= LongestCarried ? line.ToString(gap, line.Length - gap) : "";
                yield return line.ToString(0, line.Length - carried.Length);
                columns = indent.Length + (carried.Length > 0 ? columns - gapColumns : 0);
                line.Clear().Append(indent).Append(carried);
                gap = 0;
            }

            var isSpace = rune.Value == ' ';
            if (isSpace && !wasSpace) (gap, gapColumns) = (line.Length, columns);
            line.Append(rune);
            columns += width;
            wasSpace = isSpace;
        }

        yield return line.ToString();
    }

    internal static string Visible(string? text) => text is null ? "" : VisibleText.CountSpaces(VisibleText.EscapeLookAlikes(text));
}
