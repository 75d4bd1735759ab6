using System.Text;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Secrets;

/// <summary>
/// The values of a Kubernetes Secret in YAML: <c>data</c> in base 64 and <c>stringData</c>. The kind says that they are secret, whatever they look
/// like; templates, certificates and public keys are left out.
/// </summary>
internal static class KubernetesSecrets
{
    /// <summary>The longest value.</summary>
    public const int LongestValue = 64 * 1024;

    /// <summary>Adds the values of Secrets in a text, document by document.</summary>
    public static void Find(string text, List<SecretHit> hits)
    {
        if (!text.Contains("kind", StringComparison.Ordinal) || !text.Contains("ata", StringComparison.Ordinal)) return;
        var document = new List<(int Start, int Length)>();
        foreach (var line in Lines(text))
        {
            if (text.AsSpan(line.Start, line.Length).StartsWith("---"))
            {
                Document(text, document, hits);
                document.Clear();
            }
            else
            {
                document.Add(line);
            }
        }

        Document(text, document, hits);
    }

    private static void Document(string text, List<(int Start, int Length)> lines, List<SecretHit> hits)
    {
        if (!lines.Any(line => IsKind(text.AsSpan(line.Start, line.Length)))) return;
        var (section, depth) = ("", 0);
        foreach (var (start, length) in lines)
        {
            var line = text.AsSpan(start, length);
            var indent = line.Length - line.TrimStart(" \t").Length;
            var content = line[indent..].TrimEnd();
            if (content.Length == 0 || content[0] == '#') continue;
            if (content is "data:" or "stringData:") (section, depth) = (content.ToString(), indent);
            else if (section.Length > 0 && indent <= depth) section = "";
            else if (section.Length > 0) Value(start + indent, content, section == "data:", hits);
        }
    }

    private static void Value(int start, ReadOnlySpan<char> content, bool isEncoded, List<SecretHit> hits)
    {
        // A block (|, >) has its value on the lines below, without a name.
        var colon = content.IndexOf(": ");
        var value = (colon < 0 ? content : content[(colon + 2)..]).Trim(" \t\"'");
        if (value.Length is < 4 or > LongestValue || value[^1] is ':' or '|' or '>' || content[^1] == ':') return;
        var plain = isEncoded ? Decoded(value) : value.ToString();
        if (plain is null || plain.Contains("{{", StringComparison.Ordinal) || plain.Contains("${", StringComparison.Ordinal)
            || plain.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal)
            || plain.Contains("BEGIN PUBLIC KEY", StringComparison.Ordinal) || !IsDense(plain, isEncoded)) return;
        hits.Add(new SecretHit("kubernetes-secret", start + content.IndexOf(value), value.Length, Confidence.Medium));
    }

    private static bool IsDense(string plain, bool isEncoded) => isEncoded ? plain.Trim().Length >= 5 && !Placeholders.HasWord(plain)
        : plain.Length >= 6 && !Placeholders.Is(plain);

    private static string? Decoded(ReadOnlySpan<char> value)
    {
        var bytes = new byte[value.Length];
        return Convert.TryFromBase64Chars(value, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : null;
    }

    private static bool IsKind(ReadOnlySpan<char> line)
    {
        var content = line.Trim(" \t\r");
        return content.StartsWith("kind:") && content[5..].Trim(" \t\"'").Equals("Secret", StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<(int Start, int Length)> Lines(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at);
            if (end < 0) end = text.Length;
            yield return (at, end - at);
            at = end + 1;
        }
    }
}
