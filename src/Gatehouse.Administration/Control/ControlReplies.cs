using System.Globalization;
using Gatehouse.Text;

namespace Gatehouse.Administration.Control;

/// <summary>Outcomes of acts as answers on the control socket, with the sentences that commands print.</summary>
internal static class ControlReplies
{
    /// <summary>Returns the answer to a request of one or several acts.</summary>
    public static ControlReply Of(IReadOnlyList<ActionOutcome> outcomes)
    {
        var last = outcomes[^1];
        if (last.Refusal is { } refusal) return Of(refusal);
        var reply = outcomes.Count == 1
            ? Of(last.Value!)
            : ControlReply.Done(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(outcomes.Count, "command")} may start"));
        return outcomes.All(outcome => outcome.IsDurable)
            ? reply
            : reply with { Message = reply.Message is null ? ActionRefusal.NotDurable : $"{reply.Message}; {ActionRefusal.NotDurable}" };
    }

    /// <summary>Returns the answer of a refusal.</summary>
    public static ControlReply Of(ActionRefusal refusal) => ControlReply.Refuse(refusal.Message, refusal.Remedy) with
    {
        Faults = refusal.Faults,
        Error = refusal.Missing is null ? null : RequiredAuthentication.Error,
        AcrValues = refusal.Missing is { AcrValues.Count: > 0 } missing ? string.Join(' ', missing.AcrValues) : null,
        MaxAge = refusal.Missing?.MaxAge,
    };

    private static string? Searched(ReadScope scope) => scope switch
    {
        ReadScope.Own => "only your own entries were searched",
        ReadScope.Groups => "only your own entries and those of groups that you may read were searched",
        _ => null,
    };

    private static string? CountedOf(ReadScope scope) => scope switch
    {
        ReadScope.Own => "only your own entries were counted",
        ReadScope.Groups => "only your own entries and those of groups that you may read were counted",
        _ => null,
    };

    private static string? Examined(ReadScope scope) => scope switch
    {
        ReadScope.Own => "only your own calls were examined; lost entries and logs were not",
        ReadScope.Groups => "only your own calls and those of groups that you may read were examined; lost entries and logs were not",
        _ => null,
    };

    private static ControlReply Of(object result) => result switch
    {
        StatusReport status => new ControlReply { Ok = true, Facts = status.Facts },
        SessionList list => new ControlReply { Ok = true, Sessions = list.Sessions },
        ConsentList list => new ControlReply { Ok = true, Consents = list.Consents, Remedy = list.IsWhole ? null : "there are more; give a subject" },
        PendingDefinitions pending => new ControlReply { Ok = true, Pending = pending.Definitions, Remedy = pending.Remedy },
        ApprovalList list => new ControlReply { Ok = true, Approvals = list.Approvals, Remedy = list.Remedy },
        ApprovalView view => new ControlReply { Ok = true, Approval = view },
        QuarantineList list => new ControlReply { Ok = true, Results = list.Results, Remedy = list.Remedy },
        QuarantineView view => new ControlReply { Ok = true, Result = view },
        QuarantineReleased released => ControlReply.Done(released.ToString()) with { Result = released.View() },
        QuarantineCaseList list => new ControlReply { Ok = true, Cases = list.Cases },
        AccessRequested asked => ControlReply.Done(asked.ToString()) with { Access = asked.Id },
        ContainmentList list => new ControlReply { Ok = true, Containments = list.Containments },
        ContainmentPreview preview => ControlReply.Done(preview.ToString()) with { Impact = preview.Impact },
        ContainmentMade made => ControlReply.Done(made.ToString()) with { Containment = made.Id, Impact = made.Impact },
        ContainmentReleased released => ControlReply.Done(released.ToString()) with { Containment = released.Id },
        ConfigurationHistory history => new ControlReply { Ok = true, Configurations = history.Changes },
        CommandList list => new ControlReply { Ok = true, Commands = list.Commands },
        LogPage page => new ControlReply
        {
            Ok = true,
            Entries = page.Page.Entries,
            Next = page.Page.Next,
            Last = page.Page.Last,
            Requests = page.Requests.Count > 0 ? page.Requests : null,
            Message = string.Join("; ", new[] { Searched(page.Scope), page.Absent }.OfType<string>()) is { Length: > 0 } text ? text : null,
        },
        LogCounts counts => new ControlReply
        {
            Ok = true,
            Counts = counts.Counts,
            Message = CountedOf(counts.Scope),
        },
        LogGapsFound found => new ControlReply
        {
            Ok = true,
            Gaps = found.Report,
            Message = Examined(found.Scope),
        },
        PersonErased { Unfinished: { } unfinished } erased => ControlReply.Refuse(
            $"the erasure is not finished: {unfinished.Message}; {Counts(erased)}{Absent(erased)}", unfinished.Remedy),
        PersonErased { IsOfNobody: true } erased => Nothing(erased),
        IssuedToken issued => new ControlReply { Ok = true, Token = issued.Token },
        _ => ControlReply.Done(Sentence(result)),
    };

    private static string Grants(SubjectRevoked revoked) =>
        (revoked.Grants > 0 ? $", {Counted.Of(revoked.Grants, "grant")} ended" : "") + (revoked.Hint is { } hint ? $"; {hint}" : "");

    private static string Kept(ConfigurationRolledBack back) => back.Replaced is { } digest ? $"; the changed files are kept as {digest[..12]}" : "";

    private static string Configurations(PersonErased erased)
    {
        var name = erased.WasKnown ? "person" : "subject";
        return (erased.Configurations > 0 ? $"the kept texts of {Counted.Of(erased.Configurations, "earlier configuration")} that named this {name} are destroyed; " : "")
            + (erased.IsInForce ? $"the configuration in force names this {name}: change its files, reload, and erase again; " : "");
    }

    private static string Staying(PersonErased erased) => erased.Staying == 0 ? ""
        : $"{Counted.Of(erased.Staying, "key")} of acts that name the subject without an issuer {(erased.Staying == 1 ? "stays" : "stay")}, because they may be about this subject at another issuer; ";

    /// <summary>The separator between the remarks of an answer about an erasure. The command prints each on a line of its own.</summary>
    internal const string BetweenRemarks = "; ";

    // First what was erased, then what stays, then what left the log before and is not reached: whoever erases has to know of all three.
    private static string Counts(PersonErased erased) => string.Join(BetweenRemarks, new[]
    {
        $"{Counted.Of(erased.Keys, "key")} destroyed, {Counted.Of(erased.Payloads, "kept request")} deleted, "
            + $"{Counted.Of(erased.Segments, "segment")} of earlier builds rewritten, and the index deleted: the next search builds the index again",
        "the entries stay without the person: times, issuer, servers, tools, decisions, sizes and pseudonyms. Every proof stays valid",
        Ended(erased), erased.Readings.ToString(), Configurations(erased), Staying(erased), Elsewhere(erased),
    }.Select(static remark => remark.Trim(';', ' ')).Where(static remark => remark.Length > 0));

    // The name at another issuer may be a typo of this person, or another person: only the administrator knows.
    private static string Elsewhere(PersonErased erased)
    {
        if (erased.Elsewhere.Count == 0) return "";
        var keys = erased.Elsewhere.Sum(static one => one.Keys);
        var named = erased.Elsewhere.Select(static one => one.Issuer).Where(static issuer => issuer.Length > 0).Order(StringComparer.Ordinal)
            .ToList();
        var more = named.Count > MostElsewhere ? ", ..." : "";
        return $"{Counted.Of(keys, "key")} of this subject {(keys == 1 ? "stays" : "stay")} at {Counted.Of(erased.Elsewhere.Count, "issuer")} for which "
            + "the log was only asked" + (named.Count == 0 ? "" : $" ({string.Join(", ", named.Take(MostElsewhere))}{more})")
            + ": if it was a typo, also run gatehouse audit erase with that issuer and this subject; ";
    }

    // The person's clients notice it.
    private static string Ended(PersonErased erased) => erased.Sessions + erased.Exchanges == 0 ? ""
        : $"{Counted.Of(erased.Sessions, "session")} and {Counted.Of(erased.Exchanges, "open call or stream", "open calls or streams")} of the person ended; ";

    private const int MostElsewhere = 10;

    private const string Compare = "compare the issuer and the subject with: gatehouse audit search";

    // An answer that looked like a success would end the search for the person, who is in the log under the right name. So the verdict is a line of
    // its own, before all that was done.
    private static ControlReply Nothing(PersonErased erased) => ControlReply.Refuse(Unknown(erased), erased.Lookup?.Remedy ?? Compare) with
    {
        Faults =
        [
            .. new[]
            {
                erased.Keys == 0 ? NothingAtAll(erased) : OnlyNamed(erased), erased.Readings.ToString(), Configurations(erased), Staying(erased),
                Elsewhere(erased), Absent(erased),
            }.Select(line => line.Trim(';', ' ')).Where(line => line.Length > 0),
        ],
    };

    private static string Unknown(PersonErased erased) => erased.Lookup switch
    {
        { Absent: not null } => "no person was erased: the entries in the folder of the audit log do not know this issuer and subject",
        { HasIssuer: false } => "no person was erased: the audit log does not know this issuer. No text of an earlier configuration was destroyed",
        _ => "no person was erased: the audit log does not know this subject of this issuer, or the person was erased before",
    };

    private static string NothingAtAll(PersonErased erased) =>
        $"nothing was erased from the audit log: {(erased.Lookup?.Absent is null ? "it has" : "its entries in the folder have")} nothing of this issuer and subject. "
        + "The act is recorded, and an earlier table of keys is not used any more";

    // Where bundles are archived, the keys may be those of entries that are in them.
    private static string OnlyNamed(PersonErased erased) => erased.Lookup?.Absent is null
        ? $"the audit log names this issuer and subject only where it was asked for them; {Counted.Of(erased.Keys, "key")} of that name destroyed"
        : $"{Counted.Of(erased.Keys, "key")} of this issuer and subject destroyed; the entries in the folder name them only where the log was asked for them";

    private static string Absent(PersonErased erased) => erased.Lookup?.Absent is { } absent ? $"; {absent}" : "";

    private static string Doubt(PersonErased erased) => (erased.Lookup switch
    {
        { } known when !erased.WasKnown => $"; {(known.Absent is null ? "the audit log has" : "the entries in the folder have")} nothing else of this issuer and subject, apart from searches for them: {known.Remedy}",
        { HasCalls: false, Absent: null } when !erased.WasWaiting => $"; the log had no call of this person: if you expect some, {Compare}",
        _ => "",
    }) + Absent(erased);

    private static string Sentence(object result) => result switch
    {
        SessionEnded ended => $"session {ended.Id} of {ended.Subject} is revoked",
        SubjectRevoked revoked => string.Create(
            CultureInfo.InvariantCulture,
            $"tokens of {revoked.Subject} issued until now are revoked; {Counted.Of(revoked.Sessions, "session")} ended, {Counted.Of(revoked.Exchanges, "exchange")} ended{Grants(revoked)}"),
        TokensRevoked revoked => string.Create(
            CultureInfo.InvariantCulture, $"{RevocationWords.Of(revoked.Kind)} {revoked.Value} is revoked; {Counted.Of(revoked.Exchanges, "exchange")} ended"),
        ConsentRevoked revoked => string.Create(
            CultureInfo.InvariantCulture,
            $"consent of {revoked.Subject} to {revoked.Client} is revoked: {Counted.Of(revoked.Consents, "consent")} removed, {Counted.Of(revoked.Grants, "grant")} ended, {Counted.Of(revoked.Exchanges, "exchange")} ended"),
        ApprovalChange change => change.ToString(),
        ApprovalAnswered answered => answered.ToString(),
        ApprovalRevoked revoked => revoked.ToString(),
        ApprovalForgotten forgotten => forgotten.ToString(),
        AccessRevoked revoked => revoked.ToString(),
        QuarantineDeleted deleted => deleted.ToString(),
        Reloaded reloaded => string.Create(CultureInfo.InvariantCulture, $"generation {reloaded.Generation} is in force"),
        ConfigurationRolledBack back => string.Create(CultureInfo.InvariantCulture,
            $"configuration {back.Digest[..12]} is in force as generation {back.Generation}; {Counted.Of(back.Files.Count, "file")} written{Kept(back)}"),
        Drained => "drained: no request is in progress",
        CommandApproved approved => $"{approved.Server} may start",
        CommandRevoked revoked => $"{revoked.Digest[..12]} needs a new approval before its next start; running servers continue",
        LogIndexRebuilt rebuilt => $"the index was deleted and built from the log; it has {Counted.Of(rebuilt.Entries, "entry", "entries")}",
        PersonErased { WasWaiting: true, IsInForce: false } erased =>
            $"the erasure that waited for another configuration is completed; {Counts(erased)}{Absent(erased)}",
        PersonErased { IsOnlyAskedFor: true } erased =>
            "the log had no entry of a call or of an act of this issuer and subject, only of readings that asked for them; "
            + $"{Counts(erased)}{Absent(erased)}",
        PersonErased erased => $"{Counts(erased)}{Doubt(erased)}",
        HostStopped => "the host ends; wrapped servers start another host",
        _ => throw new ArgumentOutOfRangeException(nameof(result), result.GetType(), "the socket has no words for this result"),
    };
}
