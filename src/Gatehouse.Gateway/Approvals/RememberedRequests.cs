using Gatehouse.Administration;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The check of what a person wants to be remembered against the rules that ask and the call.</summary>
internal static class RememberedRequests
{
    private static readonly TimeSpan Usual = TimeSpan.FromHours(8);

    /// <summary>Returns the longest time for which an answer is remembered.</summary>
    public static TimeSpan Longest(ApprovalTerms terms, ApprovalSettings settings)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(settings);
        return terms.RememberFor is { } own && own < settings.RememberMax ? own : settings.RememberMax;
    }

    /// <summary>Checks a wish.</summary>
    /// <param name="id">The question.</param>
    /// <param name="facts">Its facts.</param>
    /// <param name="wish">The wish.</param>
    /// <param name="settings">The bounds of the configuration.</param>
    /// <returns>What is remembered, or why it is not.</returns>
    public static (RememberedTerms? Terms, ActionRefusal? Refusal) Check(string id, ApprovalFacts facts, RememberWish wish, ApprovalSettings settings)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(wish);
        var scope = facts.Access is null ? RememberedTerms.ScopeOf(facts.Terms) : RememberScope.None;
        if (scope == RememberScope.None) return (null, ActionRefusal.NotRemembered(id));
        var longest = Longest(facts.Terms, settings);
        var lasts = wish.Lasts ?? (Usual < longest ? Usual : longest);
        if (lasts > longest) return (null, ActionRefusal.TooLongRemembered(Durations.Words(longest)));
        if (wish.Folder is not { } folder) return (new RememberedTerms(lasts), null);
        // Threat: a person grants a folder, and the call itself was never in it, or is read differently by the server.
        if (scope != RememberScope.Path || facts.RestDigest is null || RememberedPath.TextOf(facts) is not { } text)
            return (null, ActionRefusal.NoRememberedFolder(id));
        if (!PlainPath.TryRead(folder, out var granted)) return (null, ActionRefusal.OddPath("the folder"));
        if (!PlainPath.TryRead(text, out var path)) return (null, ActionRefusal.OddPath("the path of this call"));
        if (granted.Segments.IsEmpty) return (null, ActionRefusal.WholeRoot);
        return granted.Contains(path) ? (new RememberedTerms(lasts, facts.Terms.RememberPointer, granted.ToString()), null)
            : (null, ActionRefusal.OutsideFolder);
    }
}
