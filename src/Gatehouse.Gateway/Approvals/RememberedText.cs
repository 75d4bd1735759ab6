using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The words about remembered answers, for the text that approvers are shown and for lists.</summary>
internal static class RememberedText
{
    private const string Label = "remember";

    /// <summary>
    /// Returns the lines of a question about what is remembered with the answer, or what the rule lets be remembered; none where it lets nothing.
    /// </summary>
    /// <param name="facts">The question.</param>
    /// <param name="asked">What the person wants to be remembered; null for nothing.</param>
    /// <param name="settings">The bounds of the configuration.</param>
    public static IEnumerable<string> Lines(ApprovalFacts facts, RememberedTerms? asked, ApprovalSettings settings)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(settings);
        if (asked is not null)
        {
            var calls = InWords(facts.Method, asked, facts.Target);
            return ApprovalText.Line(Label, $"yes, for {Durations.Words(asked.Lasts)} after the grant: {calls}; everything else in the call is equal");
        }

        var scope = RememberedTerms.ScopeOf(facts.Terms);
        if (scope == RememberScope.None) return [];
        var longest = Durations.Words(RememberedRequests.Longest(facts.Terms, settings));
        return ApprovalText.Line(Label, $"not asked for; the rule permits {PermittedBy(facts.Terms)} for at most {longest}");
    }

    /// <summary>Returns the calls of a remembered answer in words, not escaped.</summary>
    public static string WordsOf(RememberedFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var (terms, target) = (facts.Terms, facts.Call.Target);
        if (terms.Folder is not { } folder) return $"{target} with the same arguments".TrimStart();
        return terms.Argument is { } argument ? $"{target} with {argument} in {folder}" : $"in {folder}";
    }

    private static string InWords(string method, RememberedTerms terms, string? target)
    {
        if (terms.Folder is not { } folder) return "calls with the same arguments";
        var where = Quoted(folder);
        return terms.Argument is { } argument ? $"calls of {Quoted(target)} in which {Quoted(argument)} is {where} or below it"
            : $"{method} of {where} and of everything below it";
    }

    private static string PermittedBy(ApprovalTerms terms) => terms.Remember != RememberScope.Path ? "the same arguments"
        : terms.RememberPointer is { } argument ? $"the same arguments, or a folder for {Quoted(argument)}"
        : "the same arguments, or a folder for the URI of a resource";

    private static string Quoted(string? text) => VisibleText.InQuotes(ApprovalText.Visible(text));
}
