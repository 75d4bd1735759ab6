using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Rules;
using Gatehouse.Detection.Text;

namespace Gatehouse.Inventory.Checks;

/// <summary>Characters that a person does not see, or that change what a person sees, as findings of files.</summary>
internal static class HiddenText
{
    public static IEnumerable<(FindingRule Rule, Confidence Confidence, string Message)> Find(string text)
    {
        var found = new List<TextFinding>();
        HiddenCharacterRule.Judge(TextView.Of(text), TextRole.Prose, found);
        return found.Where(finding => finding.Rule != DetectionRules.MixedLetters)
            .Select(finding => (finding.Rule, finding.Confidence, finding.Message));
    }
}
