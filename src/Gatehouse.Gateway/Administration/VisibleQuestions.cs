using Gatehouse.Administration;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline.Snapshots;

namespace Gatehouse.Gateway.Administration;

/// <summary>
/// The questions that a list shows to a person. Threat: over HTTP, everyone with a token for the administration audience would read who calls what.
/// On the socket the account of the gateway sees every row.
/// </summary>
/// <param name="snapshot">The configuration in force.</param>
/// <param name="by">The person.</param>
/// <param name="at">The moment, for conditions on time.</param>
internal sealed class VisibleQuestions(GatewaySnapshot snapshot, Administrator by, DateTimeOffset at)
{
    private ActionRefusal? tooWeak;

    /// <summary>True where the person may see a question and has not authenticated as administration.strengths and maxAge demand.</summary>
    public bool IsWeak => tooWeak is not null;

    /// <summary>Returns whether the person sees a question. One whose facts cannot be opened is seen by those who see all.</summary>
    public bool Has(ApprovalFacts? facts)
    {
        if (by.ListsAll) return true;
        if (facts is null) return false;
        var refusal = ApprovalRights.RefusalToSee(snapshot, by, facts, at);
        if (refusal?.Missing is not null) tooWeak = refusal;
        return refusal is null || refusal.Missing is not null;
    }

    /// <summary>Returns whether a request for a right is the person's own.</summary>
    public bool IsOwn(ApprovalFacts? facts) =>
        facts is not null && by.Token is { } token && facts.Issuer == token.Issuer && facts.Subject == token.Subject;

    /// <summary>Returns whether the person sees a right of Entra PIM: those who see all, and the person who has it.</summary>
    public bool HasAssignment(ApprovalView right)
    {
        ArgumentNullException.ThrowIfNull(right);
        return by.ListsAll || (by.Token is { } token && right.CallerIssuer == token.Issuer && right.Caller == token.Subject);
    }

    /// <summary>Returns the list, or the refusal for a person who must authenticate more strongly to see it.</summary>
    public ActionOutcome<ApprovalList> Listed(IReadOnlyList<ApprovalView> questions) =>
        tooWeak is { } refusal ? refusal : new ApprovalList(questions, null);
}
