using System.Globalization;
using Gatehouse.Audit.Search;
using Gatehouse.Identity.Revocations;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Administration.Control;

/// <summary>The words of the control socket: the mapping of requests and acts, in both directions.</summary>
internal static class ControlFormat
{
    private const int MostCommands = 256;

    private static readonly ControlVerb[] Verbs =
    [
        new("status", [], static _ => new ShowStatus()),
        new("session.list", ["server", "subject"], static request => new ListSessions(request.Server, request.Subject)),
        new("session.revoke", ["session", "subject", "reason"], ReadSession),
        new("consent.list", ["subject"], static request => new ListConsents(request.Subject)),
        new("consent.revoke", ["subject", "client", "resource", "reason"],
            static request => new RevokeConsent(request.Subject ?? "", request.Client ?? "", request.Resource, request.Reason ?? "")),
        new("revoke", ["kind", "issuer", "value", "reason"], ReadRevocation),
        new("reload", [], static _ => new Reload()),
        new("config.history", ["limit"], static request => new ListConfigurations(request.Limit ?? 50)),
        new("config.rollback", ["digest", "reason", "force"],
            static request => new RollBackConfiguration(request.Digest ?? "", request.Reason ?? "", request.Force ?? false)),
        new("drain", ["seconds"], static request => new Drain(TimeSpan.FromSeconds(request.Seconds ?? 30))),
        new("token", ["server", "subject", "client", "scopes", "seconds"], ReadToken),
        new("lock.pending", [], static _ => new ListPendingDefinitions()),
        new("lock.approve", ["server", "kind", "value", "digest", "reason", "until"], ReadApproval),
        new("lock.revoke", ["server", "kind", "value", "reason"], ReadWithdrawal),
        new("command.list", [], static _ => new ListCommands()),
        new("command.approve", ["commands"], ReadCommands),
        new("command.revoke", ["value"], static request => new RevokeCommandApproval(request.Value ?? "")),
        new("stop", [], static _ => new StopHost()),
        new("audit.read", ["kind", "search", "purpose", "payload"], ReadReading),
        new("audit.stats", ["search", "purpose"], static request => new CountLog(request.Search ?? new EntryFilter(), request.Purpose ?? "")),
        new("audit.gaps", ["search", "purpose"], static request => new FindLogGaps(request.Search ?? new EntryFilter(), request.Purpose ?? "")),
        new("audit.index", [], static _ => new RebuildLogIndex()),
        new("audit.person", ["issuer", "subject", "purpose", "search", "payload"], ReadPerson),
        new("audit.erase", ["issuer", "subject", "purpose"],
            static request => new ErasePerson(request.Issuer ?? "", request.Subject ?? "", request.Purpose ?? "")),
    ];

    /// <summary>Reads a request. One with a member that its act does not have is refused: it meant something else.</summary>
    public static ControlReading Read(ControlRequest request)
    {
        if (request.Version != ControlRequest.FormatVersion) return ActionRefusal.UnknownVersion;
        if (Array.Find(Verbs, verb => verb.Word == request.Verb) is not { } found) return ActionRefusal.UnknownAct;
        return Members(request).Any(member => !found.Members.Contains(member)) ? ActionRefusal.NotUnderstood : found.Read(request);
    }

    /// <summary>Writes the request for an act.</summary>
    public static ControlRequest Write(AdministrativeAction act) => act switch
    {
        ListSessions list => new ControlRequest { Verb = "session.list", Server = list.Server, Subject = list.Subject },
        EndSession end => new ControlRequest { Verb = "session.revoke", Session = end.Id },
        RevokeSubject revoke => new ControlRequest { Verb = "session.revoke", Subject = revoke.Subject, Reason = OrNull(revoke.Reason) },
        ListConsents list => new ControlRequest { Verb = "consent.list", Subject = list.Subject },
        RevokeConsent revoke => new ControlRequest
        {
            Verb = "consent.revoke",
            Subject = revoke.Subject,
            Client = revoke.Client,
            Resource = revoke.Resource,
            Reason = OrNull(revoke.Reason),
        },
        RevokeTokens revoke => new ControlRequest
        {
            Verb = "revoke",
            Kind = RevocationWords.Of(revoke.Kind),
            Issuer = OrNull(revoke.Issuer),
            Value = OrNull(revoke.Value),
            Reason = OrNull(revoke.Reason),
        },
        ListConfigurations list => new ControlRequest { Verb = "config.history", Limit = list.Limit },
        RollBackConfiguration back => new ControlRequest
        {
            Verb = "config.rollback",
            Digest = OrNull(back.Digest),
            Reason = OrNull(back.Reason),
            Force = back.Force ? true : null,
        },
        Drain drain => new ControlRequest { Verb = "drain", Seconds = (int)drain.Patience.TotalSeconds },
        IssueDevelopmentToken issue => new ControlRequest
        {
            Verb = "token",
            Server = issue.Server,
            Subject = issue.Subject,
            Client = issue.Client,
            Scopes = issue.Scopes,
            Seconds = (int?)issue.Lifetime?.TotalSeconds,
        },
        ApproveDefinition approve => new ControlRequest
        {
            Verb = "lock.approve",
            Server = approve.Server,
            Kind = DefinitionKinds.Text(approve.Kind),
            Value = approve.Definition,
            Digest = approve.Digest,
            Reason = approve.Reason,
            Until = approve.Until?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        },
        RevokeDefinitionApproval revoke => new ControlRequest
        {
            Verb = "lock.revoke",
            Server = revoke.Server,
            Kind = DefinitionKinds.Text(revoke.Kind),
            Value = revoke.Definition,
            Reason = OrNull(revoke.Reason),
        },
        ApproveServerCommand approve => Write([approve]),
        RevokeCommandApproval revoke => new ControlRequest { Verb = "command.revoke", Value = revoke.Digest },
        ShowStatus => new ControlRequest { Verb = "status" },
        Reload => new ControlRequest { Verb = "reload" },
        ListPendingDefinitions => new ControlRequest { Verb = "lock.pending" },
        ListCommands => new ControlRequest { Verb = "command.list" },
        StopHost => new ControlRequest { Verb = "stop" },
        ReadLog read => new ControlRequest
        {
            Verb = "audit.read",
            Kind = LogReadings.Text(read.Kind),
            Search = read.Filter,
            Purpose = OrNull(read.Purpose),
            Payload = read.Payload ? true : null,
        },
        CountLog count => new ControlRequest { Verb = "audit.stats", Search = count.Filter, Purpose = OrNull(count.Purpose) },
        FindLogGaps gaps => new ControlRequest { Verb = "audit.gaps", Search = gaps.Filter, Purpose = OrNull(gaps.Purpose) },
        RebuildLogIndex => new ControlRequest { Verb = "audit.index" },
        ExportPerson export => new ControlRequest
        {
            Verb = "audit.person",
            Issuer = OrNull(export.Issuer),
            Subject = OrNull(export.Subject),
            Purpose = OrNull(export.Purpose),
            Search = export.After is { } after ? new EntryFilter { After = after } : null,
            Payload = export.Payload ? true : null,
        },
        ErasePerson erase => new ControlRequest
        {
            Verb = "audit.erase",
            Issuer = OrNull(erase.Issuer),
            Subject = OrNull(erase.Subject),
            Purpose = OrNull(erase.Purpose),
        },
        _ => throw new ArgumentOutOfRangeException(nameof(act), act.Name, "the socket has no word for this act"),
    };

    /// <summary>Writes the request for approvals of several commands, which one confirmation covers.</summary>
    public static ControlRequest Write(IReadOnlyList<ApproveServerCommand> acts) =>
        new() { Verb = "command.approve", Commands = [.. acts.Select(act => CommandView.Of(act.Server, act.Command) with { Digest = act.Digest })] };

    private static ControlReading ReadSession(ControlRequest request)
    {
        if (request.Session is not null && request.Subject is not null) return ActionRefusal.NotUnderstood;
        return request.Session is { } id ? new EndSession(id) : new RevokeSubject(request.Subject ?? "", request.Reason ?? "");
    }

    private static ControlReading ReadRevocation(ControlRequest request) => RevocationWords.TryParse(request.Kind, out var kind)
        ? new RevokeTokens(
            kind, kind == Gatehouse.Identity.Revocations.RevocationKind.TokenHash ? "" : request.Issuer ?? "",
            kind == Gatehouse.Identity.Revocations.RevocationKind.Issuer ? "" : request.Value ?? "", request.Reason ?? "")
        : ActionRefusal.NoRevocationKind;

    private static ControlReading ReadToken(ControlRequest request) => new IssueDevelopmentToken(
        request.Server, request.Subject, request.Client, request.Scopes, request.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    private static ControlReading ReadApproval(ControlRequest request)
    {
        if (!DefinitionKinds.TryParse(request.Kind, out var kind)) return ActionRefusal.NoDefinitionKind;
        if (request.Value is not { } name) return ActionRefusal.NoDefinitionNamed;
        DateTimeOffset? until = null;
        if (request.Until is { } text)
        {
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end))
                return ActionRefusal.NoTime;
            until = end;
        }

        return new ApproveDefinition(request.Server ?? "", kind, name, request.Digest ?? "", request.Reason ?? "", until);
    }

    private static ControlReading ReadWithdrawal(ControlRequest request)
    {
        if (!DefinitionKinds.TryParse(request.Kind, out var kind)) return ActionRefusal.NoDefinitionKind;
        return request.Value is { } name
            ? new RevokeDefinitionApproval(request.Server ?? "", kind, name, request.Reason ?? "") : ActionRefusal.NoDefinitionNamed;
    }

    private static ControlReading ReadCommands(ControlRequest request) => request.Commands is { Count: > 0 and <= MostCommands } shown
        ? new ControlReading([.. shown.Select(view => new ApproveServerCommand(view.Name, view.ToCommand(), view.Digest))], null)
        : ActionRefusal.NoCommands;

    private static ControlReading ReadReading(ControlRequest request) => LogReadings.TryParse(request.Kind, out var kind)
        ? new ReadLog(kind, request.Search ?? new EntryFilter(), request.Purpose ?? "", request.Payload ?? false) : ActionRefusal.NoReadingKind;

    // Of a filter, only the place of the page has a meaning here.
    private static ControlReading ReadPerson(ControlRequest request) => request.Search is null or { Shape: "after" }
        ? new ExportPerson(request.Issuer ?? "", request.Subject ?? "", request.Purpose ?? "", request.Search?.After, request.Payload ?? false)
        : ActionRefusal.NotUnderstood;

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    private static IEnumerable<string> Members(ControlRequest request)
    {
        (string Name, object? Value)[] members =
        [
            ("session", request.Session), ("kind", request.Kind), ("issuer", request.Issuer), ("value", request.Value), ("subject", request.Subject),
            ("server", request.Server), ("client", request.Client), ("resource", request.Resource), ("scopes", request.Scopes), ("seconds", request.Seconds),
            ("digest", request.Digest),
            ("until", request.Until), ("reason", request.Reason), ("commands", request.Commands),
            ("purpose", request.Purpose), ("search", request.Search), ("payload", request.Payload),
            ("limit", request.Limit), ("force", request.Force),
        ];
        return members.Where(member => member.Value is not null).Select(member => member.Name);
    }

    private sealed record ControlVerb(string Word, string[] Members, Func<ControlRequest, ControlReading> Read);
}
