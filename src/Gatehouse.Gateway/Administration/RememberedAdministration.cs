using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Administration;

/// <summary>Answers that hold for later calls: which there are, who may end them, and what is remembered with a grant (AZ-04).</summary>
/// <param name="services">The parts of the host.</param>
internal sealed class RememberedAdministration(GatewayServices services)
{
    private const string TooMany = "there is no room for more remembered answers, or the facts are too large";
    private const string NotRecorded = "its entry cannot be written; it counts once the audit log can be written";
    private const string NotStored = "the store did not confirm it; 'gatehouse approval list' says whether it counts";

    private RememberedAnswers Answers => services.Remembered;

    /// <summary>Returns the answers that count, as a list shows them to a person.</summary>
    public async Task<IReadOnlyList<ApprovalView>> ListAsync(Administrator by)
    {
        var seen = new VisibleQuestions(services.Snapshots.Current, by, services.Options.Time.GetUtcNow());
        var all = await Answers.ListAsync(CancellationToken.None).ConfigureAwait(false);
        return [.. all.Where(one => seen.Has(one.Facts?.Call) && !seen.IsWeak).Select(View)];
    }

    /// <summary>Checks what a person wants to be remembered; nothing to check where the wish is null.</summary>
    public (RememberedTerms? Terms, ActionRefusal? Refusal) Check(string id, ApprovalFacts facts, RememberWish? wish) =>
        wish is null ? default : RememberedRequests.Check(id, facts, wish, services.Snapshots.Current.Settings.Approvals);

    /// <summary>Returns the text of a question, with what is remembered.</summary>
    public IReadOnlyList<string> Lines(ApprovalFacts facts, RememberedTerms? terms) =>
        [.. services.ApprovalTexts.Lines(facts), .. RememberedText.Lines(facts, terms, services.Snapshots.Current.Settings.Approvals)];

    /// <summary>Remembers an answer that decided a question. The answer itself counts also where this fails.</summary>
    public async Task<ApprovalAnswered> RememberAsync(
        ApprovalAnswered answered, ApprovalRow question, ApprovalFacts facts, RememberedTerms terms, ApproverFacts by, DateTimeOffset at)
    {
        try
        {
            return await Answers.RememberAsync(question, facts, terms, by, at).ConfigureAwait(false) is { } row
                ? answered with { Remembered = row.Id, RememberedUntil = row.Until } : answered with { NotRemembered = TooMany };
        }
        catch (AuditUnavailableException)
        {
            return answered with { NotRemembered = NotRecorded };
        }
        catch (StoreException)
        {
            return answered with { NotRemembered = NotStored };
        }
    }

    /// <summary>Forgets an answer, for a person who may answer such a question or an administrator.</summary>
    public async Task<ActionOutcome<ApprovalForgotten>> ForgetAsync(ForgetApproval act, Administrator by)
    {
        var all = await Answers.ListAsync(CancellationToken.None).ConfigureAwait(false);
        if (all.FirstOrDefault(one => one.Row.Id == act.Id) is not { } found) return ActionRefusal.UnknownRemembered(act.Id);
        if (found.Facts is not { } facts) return ActionRefusal.RememberedNotReadable(act.Id);
        var now = services.Options.Time.GetUtcNow();
        var isAdministrator = by.Token is { IsAdministrator: true, Missing: null };
        if (!isAdministrator && ApprovalRights.RefusalToSee(services.Snapshots.Current, by, facts.Call, now) is { } refusal) return refusal;
        ActionOutcome<ApprovalForgotten> done = new ApprovalForgotten(act.Id);
        try
        {
            return await Answers.ForgetAsync(act.Id, "revoked").ConfigureAwait(false) ? done : ActionRefusal.UnknownRemembered(act.Id);
        }
        catch (AuditUnavailableException)
        {
            return done with { IsDurable = false }; // an emergency does not wait for a full log
        }
    }

    private static ApprovalView View(RememberedAnswer answer)
    {
        var (row, call) = (answer.Row, answer.Facts?.Call);
        return new ApprovalView
        {
            Id = row.Id,
            Kind = ApprovalView.RememberedKind,
            State = ApprovalView.RememberedState,
            Server = call?.Server,
            Method = call?.Method,
            Target = answer.Facts is { Terms: { Folder: not null, Argument: null } } ? null : call?.Target,
            Caller = call?.Subject,
            CallerIssuer = call?.Issuer,
            Client = call?.Client,
            Rules = [.. (call?.Rules ?? []).Select(static rule => rule.Source).Distinct(StringComparer.Ordinal)],
            At = row.At,
            Expires = row.Until,
            Granted = 1,
            Answers = [new ApprovalAnswerView { Grants = true, At = row.At, By = answer.By?.Subject, ByIssuer = answer.By?.Issuer }],
            Folder = answer.Facts?.Terms.Folder,
            Argument = answer.Facts?.Terms.Argument,
            Uses = answer.Uses,
        };
    }
}
