using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Rules;

/// <summary>The rule for secrets written out (GHS9009).</summary>
internal static class SecretRule
{
    public static void Judge(TextView source, List<TextFinding> findings)
    {
        if (!MayHold(source.Text))
            return;
        foreach (var hit in SecretDetector.Find(source.Text))
        {
            // Formats of issuers are reported. In documentation, a text with only entropy and a name is more often an example.
            var isSure = hit.Confidence == Confidence.High && !hit.Kind.EndsWith("by-name", StringComparison.Ordinal)
                && hit.Kind is not ("basic-credentials" or "bearer-token" or "password-in-url" or "aws-secret-key");
            if (isSure)
                findings.Add(new TextFinding(DetectionRules.Secret, Confidence.High, source.Span(hit.Start, hit.Length), $"a secret ({hit.Kind})"));
        }
    }

    // A secret is a run of letters and digits that prose does not have.
    private static bool MayHold(string text)
    {
        int run = 0, digits = 0;
        foreach (var letter in text)
        {
            var isPart = char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '/' or '+' or '.';
            run = isPart ? run + 1 : 0;
            digits = !isPart ? 0 : digits + (char.IsAsciiDigit(letter) ? 1 : 0);
            if (run >= 16 && digits > 0)
                return true;
        }

        return text.Contains("PRIVATE KEY", StringComparison.Ordinal);
    }
}
