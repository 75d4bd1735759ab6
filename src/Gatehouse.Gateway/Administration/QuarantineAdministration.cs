using System.Security.Cryptography;
using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Quarantine;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Administration;

/// <summary>
/// Withheld results: who may see and release them, and what is shown. The right is the one of kept requests: administration.reading.payloads, for the
/// callers whose entries the person may read.
/// </summary>
/// <param name="services">The parts of the host.</param>
internal sealed class QuarantineAdministration(GatewayServices services) : IQuarantineAdministration
{
    private const string ToolCall = "tools/call";

    private QuarantineBook Book => services.Quarantine.Book;

    private DateTimeOffset Now => services.Options.Time.GetUtcNow();

    public async Task<IReadOnlyList<QuarantineView>> ListAsync(bool withFinished, int most)
    {
        if (withFinished) return [.. (await Book.ListAsync(null, most, CancellationToken.None).ConfigureAwait(false)).Select(View)];
        var kept = await Book.ListAsync(QuarantineState.Kept, most, CancellationToken.None).ConfigureAwait(false);
        var released = await Book.ListAsync(QuarantineState.Released, most, CancellationToken.None).ConfigureAwait(false);
        return [.. kept.Concat(released).Where(one => one.Row.Expires > Now).OrderBy(static one => one.Row.At).TakeLast(most).Select(View)];
    }

    public async Task<ActionOutcome<QuarantineView>> ShowAsync(string id, Administrator by)
    {
        var found = await FindAsync(id, by).ConfigureAwait(false);
        if (found.Refusal is { } refusal) return refusal;
        var (kept, facts, message) = found.Opened!.Value;
        var lines = QuarantineText.Lines(kept.Row, facts, message);
        var (person, digest) = (PersonOf(by, ""), ApprovalText.DigestOf(lines));
        // Showing is an entry of its own, durable before the text leaves the process.
        await Book.NoteShownAsync(kept.Row, facts, digest, Ways.Of(by), person).ConfigureAwait(false);
        services.ShownResults.Note(id, new Showing(person.Issuer, person.Subject, Ways.Of(by), digest, Now));
        return View((kept.Row, facts)) with { Lines = lines, Shown = Convert.ToHexStringLower(digest) };
    }

    public async Task<ActionOutcome<QuarantineReleased>> ReleaseAsync(ReleaseQuarantined release, Administrator by)
    {
        var established = by.Token?.EstablishedAt ?? Now;
        var found = await FindAsync(release.Id, by).ConfigureAwait(false);
        if (found.Refusal is { } refusal) return refusal;
        var (kept, facts, message) = found.Opened!.Value;
        if (kept.Row.State != QuarantineState.Kept) return ActionRefusal.ResultOver(release.Id, Word(kept.Row, Now));
        if (!WasShown(by, release, kept.Row, facts, message)) return ActionRefusal.ResultNotShown(release.Id);
        try
        {
            if (release.FalseAlarm && !services.QuarantineCases.TryAdd(release.Id, facts, message, Now)) return ActionRefusal.NoRoomForCases;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or AuditUnavailableException)
        {
            return ActionRefusal.CaseNotWritten(fault.Message);
        }

        return await ReleaseAsync(release, facts, PersonOf(by, release.Reason) with { EstablishedAt = established }).ConfigureAwait(false);
    }

    public async Task<ActionOutcome<QuarantineDeleted>> DeleteAsync(DeleteQuarantined delete, Administrator by)
    {
        if (await Book.ShowAsync(delete.Id, CancellationToken.None).ConfigureAwait(false) is not { } kept)
            return ActionRefusal.UnknownResult(delete.Id);
        if (IsOfCalls(by, kept.Facts)) return ActionRefusal.WayOfCalls;
        try
        {
            var change = await Book.DeleteAsync(delete.Id, PersonOf(by, delete.Reason), CancellationToken.None).ConfigureAwait(false);
            return change.IsDone ? new QuarantineDeleted(delete.Id) : WhyNot(delete.Id, change);
        }
        catch (AuditUnavailableException)
        {
            return ActionRefusal.DeletionNotRecorded;
        }
    }

    public async Task<ActionRefusal?> ImpossibleAsync(string id, bool isRelease)
    {
        if (await Book.ShowAsync(id, CancellationToken.None).ConfigureAwait(false) is not { } kept) return ActionRefusal.UnknownResult(id);
        var mayChange = kept.Row.Expires > Now
            && (kept.Row.State == QuarantineState.Kept || (!isRelease && kept.Row.State == QuarantineState.Released));
        return mayChange ? null : ActionRefusal.ResultOver(id, Word(kept.Row, Now));
    }

    public Task<ActionOutcome<QuarantineCaseList>> CasesAsync(Administrator by)
    {
        if (!by.Reading.HasFlag(ReadingRights.Payloads) || !by.TryGetScope(out var scope) || scope is not null)
            return Task.FromResult<ActionOutcome<QuarantineCaseList>>(ActionRefusal.NoResultRight);
        if (ComesByCalls(by, null)) return Task.FromResult<ActionOutcome<QuarantineCaseList>>(ActionRefusal.WayOfCalls);
        return Task.FromResult<ActionOutcome<QuarantineCaseList>>(new QuarantineCaseList([.. services.QuarantineCases.List().Select(View)]));
    }

    private async Task<ActionOutcome<QuarantineReleased>> ReleaseAsync(ReleaseQuarantined release, QuarantineFacts facts, ReleaseFacts by)
    {
        var person = by with { SetAside = facts.Findings };
        var life = services.Snapshots.Current.Settings.Quarantine.ReleasedFor;
        try
        {
            var change = await Book.ReleaseAsync(release.Id, person, life, CancellationToken.None).ConfigureAwait(false);
            if (change is { IsDone: true, Row: { } row })
            {
                var tool = facts.Method == ToolCall ? facts.Target : null;
                return new QuarantineReleased(row.Id, row.Server, tool, FindingsOf(facts), row.Expires);
            }

            // Where another person released it as a false alarm meanwhile, the case is that of the other release.
            if (release.FalseAlarm && change.Row is null or { State: QuarantineState.Kept }) services.QuarantineCases.Remove(release.Id);
            return WhyNot(release.Id, change);
        }
        catch (AuditUnavailableException)
        {
            if (release.FalseAlarm && await IsKeptAsync(release.Id).ConfigureAwait(false)) services.QuarantineCases.Remove(release.Id);
            return ActionRefusal.ReleaseNotRecorded;
        }
        catch
        {
            if (release.FalseAlarm) services.QuarantineCases.Remove(release.Id);
            throw;
        }
    }

    private async Task<bool> IsKeptAsync(string id) =>
        await Book.ShowAsync(id, CancellationToken.None).ConfigureAwait(false) is { Row.State: QuarantineState.Kept };

    // Another act, or its time, came between the look at the result and this act.
    private ActionRefusal WhyNot(string id, QuarantineChange change) => change switch
    {
        { Row: null } => ActionRefusal.UnknownResult(id),
        { IsTooLarge: true } => ActionRefusal.ReleaseTooLarge,
        { Row: { State: QuarantineState.Kept } row } when row.Expires > Now => ActionRefusal.ResultNotReadable(id),
        { Row: { } row } => ActionRefusal.ResultOver(id, Word(row, Now)),
    };

    // A result that the person may read, opened.
    private async Task<Found> FindAsync(string id, Administrator by)
    {
        if (!by.Reading.HasFlag(ReadingRights.Payloads) || !by.TryGetScope(out var scope)) return new Found(ActionRefusal.NoResultRight, null);
        if (await Book.ShowAsync(id, CancellationToken.None).ConfigureAwait(false) is not { } kept)
            return new Found(ActionRefusal.UnknownResult(id), null);
        if (kept.Facts is not { } facts) return new Found(ActionRefusal.ResultNotReadable(id), null);
        if (!IsWithin(scope, facts)) return new Found(ActionRefusal.NoResultRight, null);
        if (ComesByCalls(by, facts)) return new Found(ActionRefusal.WayOfCalls, null);
        if (kept.Row.State is not (QuarantineState.Kept or QuarantineState.Released) || kept.Row.Expires <= Now)
            return new Found(ActionRefusal.ResultOver(id, Word(kept.Row, Now)), null);
        return kept.Message is { } message ? new Found(null, (kept, facts, message)) : new Found(ActionRefusal.ResultNotReadable(id), null);
    }

    // Threat: an agent, of this call or of others, holds a token of the right person, and reads and releases in that person's place.
    private bool ComesByCalls(Administrator by, QuarantineFacts? facts) =>
        IsOfCalls(by, facts) || (by.Token?.Verified is { } token && services.CallingClients.Has(token));

    private bool IsOfCalls(Administrator by, QuarantineFacts? facts) =>
        by.Token?.Verified is { } token && ApprovalRights.IsOfCalls(services.Snapshots.Current, token, facts?.Client);

    private static bool IsWithin(EntryScope? scope, QuarantineFacts facts) => scope is null
        || (scope.Owner.Issuer == facts.Issuer && scope.Owner.Subject == facts.Subject)
        || scope.Groups.Any(group => group.Issuer == facts.Issuer && facts.Groups.Contains(group.Name, StringComparer.Ordinal));

    // The text of now, and the same that this person was shown by this way.
    private bool WasShown(Administrator by, ReleaseQuarantined release, QuarantinedResultRow row, QuarantineFacts facts, byte[] message)
    {
        var (person, shown) = (PersonOf(by, ""), Convert.FromHexString(release.Shown));
        return services.ShownResults.Find(row.Id, person.Issuer, person.Subject, Ways.Of(by)) is { } seen
            && CryptographicOperations.FixedTimeEquals(shown, ApprovalText.DigestOf(QuarantineText.Lines(row, facts, message)))
            && CryptographicOperations.FixedTimeEquals(shown, seen.Digest.Span);
    }

    // The person at a terminal is the account, as in entries of acts.
    private static ReleaseFacts PersonOf(Administrator by, string reason) => by.Token is { } token
        ? new ReleaseFacts(token.Issuer, token.Subject, reason, [], token.Verified?.ClientId)
        : new ReleaseFacts(PersonalFacts.AccountIssuer, Administrator.NameOf(by.Account), reason, []);

    private QuarantineView View((QuarantinedResultRow Row, QuarantineFacts? Facts) one)
    {
        var by = Book.ReleaseOf(one.Row);
        return View(one.Row, one.Facts) with
        {
            By = by?.Subject,
            ByIssuer = by?.Issuer,
            Reason = string.IsNullOrEmpty(by?.Reason) ? null : by.Reason,
        };
    }

    private QuarantineView View(QuarantinedResultRow row, QuarantineFacts? facts) => new()
    {
        Id = row.Id,
        State = Word(row, Now),
        Server = row.Server,
        Method = facts?.Method,
        Target = facts?.Target,
        Caller = facts?.Subject,
        CallerIssuer = facts?.Issuer,
        Findings = facts is not null ? FindingsOf(facts) : [],
        At = row.At,
        ChangedAt = row.ChangedAt,
        Expires = row.Expires,
        Bytes = row.Size,
    };

    private static QuarantineCase View(FalseAlarm one) => new()
    {
        Id = one.Id,
        At = one.At,
        Server = one.Server,
        Method = one.Method,
        Target = one.Target,
        Findings = [.. one.Findings.Select(static finding => finding.Rule).Distinct(StringComparer.Ordinal)],
        Message = one.Message,
    };

    private static IReadOnlyList<string> FindingsOf(QuarantineFacts facts) =>
        [.. facts.Findings.Select(static finding => finding.Rule).Distinct(StringComparer.Ordinal)];

    private static string Word(QuarantinedResultRow row, DateTimeOffset now) => row.State switch
    {
        QuarantineState.Kept or QuarantineState.Released when row.Expires <= now => "expired",
        QuarantineState.Kept => "kept",
        QuarantineState.Released => "released",
        QuarantineState.Delivered => "delivered",
        QuarantineState.Deleted => "deleted",
        _ => "expired",
    };

    private readonly record struct Found(ActionRefusal? Refusal, (KeptContent Kept, QuarantineFacts Facts, byte[] Message)? Opened);
}
