using System.Text.RegularExpressions;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Secrets;

/// <summary>
/// A detector of secrets by the formats of their issuers, by checksums where formats have them, and by entropy next to a name that indicates one.
/// Every expression runs in linear time.
/// </summary>
internal static class SecretDetector
{
    /// <summary>Longest text that is looked at in one piece; more is cut into overlapping pieces by the caller.</summary>
    public const int LongestText = 1024 * 1024;

    private static readonly SecretPattern[] Patterns =
    [
        Format("private-key", @"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
        Judged("aws-access-key", @"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b", SecretJudges.NoExample),
        Judged("github-token", @"\b(?:gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b", SecretJudges.GitHub),
        Format("gitlab-token", @"\bgl(?:pat|dt|rt|ptt|cbt|oas)-[A-Za-z0-9_-]{20,}"),
        Format("slack-token", @"\b(?:xox[abeoprs]-[A-Za-z0-9-]{20,}|xapp-[0-9]-[A-Za-z0-9-]{20,})"),
        Format("slack-webhook", @"https://hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]{24,}"),
        Judged("anthropic-key", @"\bsk-ant-[a-z]{3,10}[0-9]{2}-[A-Za-z0-9_-]{40,}", SecretJudges.Random),
        Judged("openai-key", @"\bsk-(?:(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{32,}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|[A-Za-z0-9]{48})\b",
            SecretJudges.Random),
        Judged("google-api-key", @"\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])", SecretJudges.Random),
        Judged("huggingface-token", @"\bhf_[A-Za-z0-9]{34,40}\b", SecretJudges.Random),
        Judged("npm-token", @"\bnpm_[A-Za-z0-9]{36}\b", SecretJudges.Npm),
        Format("pypi-token", @"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}"),
        Judged("stripe-key", @"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{24,}", SecretJudges.Random),
        Format("sendgrid-key", @"\bSG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}"),
        Judged("twilio-key", @"\bSK[0-9a-f]{32}\b", SecretJudges.Random),
        Judged("telegram-token", @"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{32,35}(?![A-Za-z0-9_-])", SecretJudges.Random),
        Format("discord-webhook", @"https://(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,}"),
        Format("azure-storage-key", @"\bAccountKey=(?<v>[A-Za-z0-9+/]{86}==)"),
        Judged("entra-client-secret", @"(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])", SecretJudges.Random),
        Format("json-web-token", @"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
        Format("digitalocean-token", @"\bdo[opr]_v1_[0-9a-f]{64}\b"),
        Judged("basic-credentials", @"\b[Bb]asic\s+(?<v>[A-Za-z0-9+/]{8,}={0,2})", SecretJudges.Basic),
        Judged("bearer-token", @"\b[Bb]earer\s+(?<v>[A-Za-z0-9._~+/-]{20,}=*)", SecretJudges.Bearer),
        Judged("password-in-url", @"\b[a-z][a-z0-9+.-]{1,20}://[^/\s:@'""<>]{0,64}:(?<v>[^/\s@'""<>]{3,128})@", SecretJudges.UrlPassword),
        Judged("secret-by-name",
            """(?i)(?<![a-z])(?:[a-z0-9_-]{0,40}[_-])?(?:api[_-]?key|client[_-]?secret|(?:access|auth|refresh)[_-]?token|secret[_-]?key|signing[_-]?key|token|secret|password|passwd|pwd)["']?\s{0,4}[:=]\s{0,4}["']?(?<v>[^\s"',;`]{8,256})""", SecretJudges.Named),
        Judged("password-by-name",
            """(?i)(?<![a-z])(?:[a-z0-9]{1,20}[_-])?(?:password|passwd|pwd|passphrase)["']?\s{0,4}[:=]\s{0,4}["']?(?<v>[^\s"'`]{8,128})""",
            SecretJudges.MixedPassword),
        Judged("aws-secret-key", @"(?<![A-Za-z0-9/+=_.-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_-])", SecretJudges.AwsSecret),
    ];

    /// <summary>The known kinds.</summary>
    public static IEnumerable<string> Kinds => Patterns.Select(pattern => pattern.Kind);

    /// <summary>Returns the secrets of a text in order, none overlapping another.</summary>
    public static IReadOnlyList<SecretHit> Find(string text)
    {
        if (text.Length > LongestText) text = text[..LongestText];
        var hits = new List<SecretHit>();
        foreach (var pattern in Patterns)
        {
            foreach (Match match in pattern.Form.Matches(text))
            {
                var part = match.Groups["v"] is { Success: true } named ? named : (Group)match;
                if (hits.Any(hit => part.Index < hit.Start + hit.Length && hit.Start < part.Index + part.Length)) continue;
                if (pattern.Judge(part.Value) is { } confidence) hits.Add(new SecretHit(pattern.Kind, part.Index, part.Length, confidence));
            }
        }

        return [.. hits.OrderBy(hit => hit.Start)];
    }

    /// <summary>Returns the confidence that the value of a variable, header or member with this name is a secret written out.</summary>
    public static Confidence? ByName(string name, string value) =>
        SecretNames.IsTelling(name) ? SecretJudges.Named(value) ?? (SecretNames.IsPassword(name) ? SecretJudges.Password(value) : null) : null;

    /// <summary>Returns the text with the value of each secret replaced by its kind.</summary>
    public static string Mask(string text)
    {
        var hits = Find(text);
        if (hits.Count == 0) return text;
        var masked = new System.Text.StringBuilder(text.Length);
        var at = 0;
        foreach (var hit in hits)
        {
            masked.Append(text, at, hit.Start - at).Append('<').Append(hit.Kind).Append('>');
            at = hit.Start + hit.Length;
        }

        return masked.Append(text, at, text.Length - at).ToString();
    }

    private static SecretPattern Format(string kind, string form) => Judged(kind, form, SecretJudges.NoExample);

    private static SecretPattern Judged(string kind, string form, Func<string, Confidence?> judge) =>
        new(kind, new Regex(form, RegexOptions.CultureInvariant | RegexOptions.Compiled, TimeSpan.FromSeconds(2)), judge);
}
