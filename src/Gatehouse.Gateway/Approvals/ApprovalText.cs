using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Protocol.Json;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// The text that a person is shown about a call. It is complete: every argument is in it in full, and nothing is cut. It depends on the facts of the
/// question only, so that its digest says what was approved.
/// </summary>
/// <remarks>
/// Threat: the text of a call hides what the call does. Outside text is escaped in one notation (<see cref="VisibleText"/>), each value is on a line
/// of its own, and quotation marks in strings are escaped, so that no value looks like another one.
/// </remarks>
internal static class ApprovalText
{
    private const int LabelWidth = 12;

    // Each level is moved by two characters. Deeper levels stay there: the brackets say where a value belongs, and the text stays in proportion.
    private const int DeepestIndent = 16;

    /// <summary>Returns the lines. Outside text in them is escaped.</summary>
    public static IReadOnlyList<string> Lines(ApprovalFacts facts) =>
    [
        Line("call", $"{Visible(facts.Method)} {Visible(facts.Target)}".TrimEnd()),
        Line("server", $"{Visible(facts.Server)} ({Visible(facts.Source)}), called at {Visible(facts.Endpoint)}"),
        .. Local(facts),
        Line("asked by", $"{Visible(facts.Subject)} of {Visible(facts.Issuer)}{Client(facts)}"),
        .. facts.Rules.SelectMany(Rule),
        .. facts.Findings.Select(static finding => Line("finding", Visible(finding))),
        Line("definition", facts.Definition is { } digest ? Visible(digest) : "none"),
        Line("people", People(facts)),
        Line("exchange", $"{Visible(facts.ExchangeId)}, configuration {facts.Generation.ToString(CultureInfo.InvariantCulture)}"),
        facts.Parameters.IsEmpty ? Line("parameters", "none") : Line("parameters", Size(facts.Parameters.Length)),
        .. Values(facts.Parameters.Span),
    ];

    /// <summary>Returns the SHA-256 of the lines joined by line feeds, as UTF-8.</summary>
    public static byte[] DigestOf(IReadOnlyList<string> lines) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines)));

    private static IEnumerable<string> Local(ApprovalFacts facts)
    {
        if (facts.Command is not { } command) yield break;
        yield return Line("command", string.Join(' ', command.Select(Quoted)));
        yield return Line("folder", facts.Folder is { } folder ? Quoted(folder) : "an empty one of its own");
    }

    // A backslash of the text is doubled by the escape, so that an escaped quotation mark cannot be imitated.
    private static string Quoted(string text) => $"\"{Visible(text).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Client(ApprovalFacts facts) => facts.Client is { } client ? $", with client {Visible(client)}" : "";

    private static IEnumerable<string> Rule(AskingRule rule)
    {
        yield return Line("rule", rule.IsOfPolicy ? Visible(rule.Source) : $"{Visible(rule.Source)} ({Visible(rule.Reason)})");
        foreach (var line in rule.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)) yield return Line("", Visible(line));
    }

    private static string People(ApprovalFacts facts)
    {
        var number = facts.Terms.Approvers == 1 ? "1 person must grant" : $"{facts.Terms.Approvers.ToString(CultureInfo.InvariantCulture)} different people must grant";
        return facts.Terms.MaySelf ? $"{number}; the caller may be one of them" : number;
    }

    private static string Size(int bytes) => bytes == 1 ? "1 byte" : string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes, in full:");

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
            lines.Add(Indented(depth, $"{name}{Scalar(token)}{end}"));
            return;
        }

        lines.Add(Indented(depth, name + (char)token[0]));
        if (token[0] == '{') Members(json, value, depth + 1, lines);
        else Elements(json, value, depth + 1, lines);
        lines.Add(Indented(depth, (token[0] == '{' ? "}" : "]") + end));
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

    private static string Indented(int depth, string text) => new string(' ', 2 + 2 * Math.Min(depth, DeepestIndent)) + text;

    private static string Line(string label, string text) => $"{label.PadRight(LabelWidth)}{text}";

    private static string Visible(string? text) => text is null ? "" : VisibleText.Escape(text);
}
