using System.Text;
using System.Text.RegularExpressions;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>Rule and skill files that agents read: hidden text, instructions that hide from the reader, secrets, remote scripts.</summary>
internal static partial class RuleFileChecks
{
    /// <summary>Most findings of one file. The caller reports the rest as a gap.</summary>
    public const int MostFindings = 100;

    public static IEnumerable<Finding> Of(string path, byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var secrets = ByLine(text);
        var number = 0;
        long offset = 0;
        var comment = false;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var place = new SourceLocation(path, number, offset);
            var evidence = SecretDetector.Mask(line.Trim());
            foreach (var (rule, confidence, message) in HiddenText.Find(line))
                yield return new Finding(rule, confidence, message, place, null, null) { Evidence = evidence };
            foreach (var hit in secrets[number])
                yield return new Finding(FindingRules.SecretInRules, hit.Confidence, $"a secret ({hit.Kind})", place, null, null) { Evidence = evidence };
            comment = comment ? !line.Contains("-->", StringComparison.Ordinal)
                : line.Contains("<!--", StringComparison.Ordinal) && !line.Contains("-->", StringComparison.Ordinal);
            if (Secretive().IsMatch(line))
                yield return new Finding(FindingRules.HiddenInstruction, Confidence.Medium, "it tells the model to hide something from the person",
                    place, null, null)
                { Evidence = evidence };
            else if ((comment || line.Contains("<!--", StringComparison.Ordinal)) && Commanding().IsMatch(line))
                yield return new Finding(FindingRules.HiddenInstruction, Confidence.Medium,
                    "an instruction within a comment, which a rendered page does not show", place, null, null)
                { Evidence = evidence };
            else if (Sending().IsMatch(line))
                yield return new Finding(FindingRules.HiddenInstruction, Confidence.Medium,
                    "it tells the model to send files, keys or variables to an address", place, null, null)
                { Evidence = evidence };
            if (CommandChecks.PipesADownload(line))
                yield return new Finding(FindingRules.PipedScript, Confidence.Low, "it tells the agent to pipe a download into an interpreter",
                    place, null, null)
                { Evidence = evidence };
            offset += Encoding.UTF8.GetByteCount(line) + 1;
        }
    }

    // Over the whole text, because a key has many lines; each at the line of its beginning.
    private static ILookup<int, SecretHit> ByLine(string text)
    {
        var (line, at, hits) = (1, 0, new List<(int Line, SecretHit Hit)>());
        foreach (var hit in SecretDetector.Find(text).Where(hit => hit.Confidence >= Confidence.Medium))
        {
            line += text.AsSpan(at, hit.Start - at).Count('\n');
            at = hit.Start;
            hits.Add((line, hit));
        }

        return hits.ToLookup(pair => pair.Line, pair => pair.Hit);
    }

    [GeneratedRegex(@"\b(?:do not|don't|never|without)\s+(?:ever\s+)?(?:tell|telling|inform|informing|mention|mentioning|show|showing|reveal|revealing|notify|notifying|disclose|alert)\w*\b[^.\n]{0,40}\b(?:the\s+)?(?:user|human|person|developer)|\b(?:silently|secretly|covertly)\b[^.\n]{0,60}\b(?:run|execute|send|upload|read|post|fetch|copy|install|append|include)\b|\bignore\s+(?:all\s+|any\s+)?(?:previous|prior|above|earlier)\s+(?:instructions|rules|prompts)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Secretive();

    [GeneratedRegex(@"\b(?:you must|always|before (?:any|each|every|answering)|execute|run|read|send|curl|ignore)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Commanding();

    [GeneratedRegex(@"\b(?:send|upload|post|exfiltrate|transmit|forward|curl)\b[^\n]{0,120}(?:~/\.ssh|id_rsa|\.env\b|api[_ -]?keys?|credentials|environment variables|\.aws/|mcp\.json|tokens?)[^\n]{0,120}https?://|https?://[^\s]{0,200}\$\((?:cat|env|printenv)|curl\b[^\n|]{0,200}\|\s*(?:ba|z)?sh\b[^\n]{0,40}(?:silent|quiet)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Sending();
}
