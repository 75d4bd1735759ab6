using System.Globalization;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Writing;

/// <summary>Writes the terms of an approval as a policy writes them, on one line. Every member that is not the default is written.</summary>
internal static class ApprovalWriter
{
    public static string Write(ApprovalTerms terms) => string.Join(", ", Parts(terms));

    private static IEnumerable<string> Parts(ApprovalTerms terms)
    {
        yield return $"strength: {(terms.Strength == ApprovalStrength.Confirm ? "confirm" : "approval")}";
        if (terms.OtherwiseApproval) yield return "otherwise: approval";
        if (terms.Approvers != 1) yield return $"approvers: {terms.Approvers.ToString(CultureInfo.InvariantCulture)}";
        if (terms.MaySelf) yield return "self: true";
        if (terms.Expires is { } expires) yield return $"expires: {PolicyDurations.Write(expires)}";
        if (terms.Remember == RememberScope.Arguments) yield return "remember: arguments";
        if (terms.Remember == RememberScope.Path)
            yield return $"remember: {(terms.RememberPointer is { } argument ? YamlScalars.Text($"path:{argument}") : "uri")}";
        if (terms.RememberFor is { } longest) yield return $"rememberFor: {PolicyDurations.Write(longest)}";
        if (terms.ClosesWithClient) yield return "whenClientLeaves: close";
    }
}
