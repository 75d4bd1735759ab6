using System.Text;
using YamlDotNet.RepresentationModel;

namespace Gatehouse.Evaluation;

/// <summary>Reads the examples beside the rules of public rule sets. It reads no rule.</summary>
internal static class RuleExamples
{
    /// <summary>Returns the members <c>examples</c> and <c>negative_examples</c> of each rule.</summary>
    public static IEnumerable<(string Text, bool IsSecret)> OfYaml(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        foreach (var rule in stream.Documents.SelectMany(document => document.AllNodes).OfType<YamlMappingNode>())
        {
            foreach (var (name, isSecret) in ((string, bool)[])[("examples", true), ("negative_examples", false)])
            {
                if (!rule.Children.TryGetValue(new YamlScalarNode(name), out var list) || list is not YamlSequenceNode examples) continue;
                foreach (var example in examples.OfType<YamlScalarNode>()) yield return (example.Value!, isSecret);
            }
        }
    }

    /// <summary>Returns the literals that are assigned or appended to <c>tps</c> (found) and <c>fps</c> (not found). Generated ones are left
    /// out.</summary>
    public static IEnumerable<(string Text, bool IsSecret)> OfGo(string code)
    {
        foreach (var (name, isSecret) in ((string, bool)[])[("tps", true), ("fps", false)])
        {
            foreach (var start in (string[])[$"{name} := []string{{", $"{name} := map[string]string{{", $"{name} = append({name},",
                $"{name} := append("])
            {
                for (var at = code.IndexOf(start, StringComparison.Ordinal); at >= 0; at = code.IndexOf(start, at + 1, StringComparison.Ordinal))
                {
                    foreach (var element in Elements(code, at + start.Length)) yield return (element, isSecret);
                }
            }
        }
    }

    // The elements up to the closing bracket that are literals only, joined by + or not. Of a key and a value, the value.
    private static IEnumerable<string> Elements(string code, int at)
    {
        var depth = 0;
        var (literal, isOnlyLiteral) = ((StringBuilder?)null, true);
        for (; at < code.Length; at++)
        {
            var sign = code[at];
            if (sign == '/' && at + 1 < code.Length && code[at + 1] == '/')
            {
                at = code.IndexOf('\n', at);
                if (at < 0) yield break;
            }
            else if (sign is '"' or '`')
            {
                (literal ??= new StringBuilder()).Append(Literal(code, ref at));
            }
            else if (depth == 0 && sign is ',' or '}' or ')')
            {
                if (literal is not null && isOnlyLiteral && literal.Length > 0) yield return literal.ToString();
                (literal, isOnlyLiteral) = (null, true);
                if (sign != ',') yield break;
            }
            else if (depth == 0 && sign == ':')
            {
                literal = null;
            }
            else if (!char.IsWhiteSpace(sign) && sign != '+')
            {
                isOnlyLiteral = false;
                depth += sign is '(' or '{' ? 1 : sign is ')' or '}' ? -1 : 0;
            }
        }
    }

    private static string Literal(string code, ref int at)
    {
        var (quote, text) = (code[at], new StringBuilder());
        for (at++; at < code.Length && code[at] != quote; at++)
        {
            if (quote == '"' && code[at] == '\\' && at + 1 < code.Length)
            {
                at++;
                text.Append(code[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
            }
            else
            {
                text.Append(code[at]);
            }
        }

        return text.ToString();
    }
}
