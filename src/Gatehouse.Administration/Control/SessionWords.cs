using Gatehouse.Identity.Revocations;
using static Gatehouse.Administration.Control.ControlWords;

namespace Gatehouse.Administration.Control;

/// <summary>Words about sessions of callers, and about tokens that are refused before their time.</summary>
internal static class SessionWords
{
    public static ControlWords All { get; } = new(
        [
            new("session.list", ["server", "subject"], static request => new ListSessions(request.Server, request.Subject)),
            new("session.revoke", ["session", "subject", "reason"], ReadSession),
            new("revoke", ["kind", "issuer", "value", "reason"], ReadRevocation),
        ],
        static act => act switch
        {
            ListSessions list => new ControlRequest { Verb = "session.list", Server = list.Server, Subject = list.Subject },
            EndSession end => new ControlRequest { Verb = "session.revoke", Session = end.Id, Reason = OrNull(end.Reason) },
            RevokeSubject revoke => new ControlRequest { Verb = "session.revoke", Subject = revoke.Subject, Reason = OrNull(revoke.Reason) },
            RevokeTokens revoke => Of(revoke),
            _ => null,
        });

    private static ControlRequest Of(RevokeTokens revoke) => new()
    {
        Verb = "revoke",
        Kind = RevocationWords.Of(revoke.Kind),
        Issuer = OrNull(revoke.Issuer),
        Value = OrNull(revoke.Value),
        Reason = OrNull(revoke.Reason),
    };

    private static ControlReading ReadSession(ControlRequest request)
    {
        if (request.Session is not null && request.Subject is not null) return ActionRefusal.NotUnderstood;
        return request.Session is { } id ? new EndSession(id, request.Reason ?? "") : new RevokeSubject(request.Subject ?? "", request.Reason ?? "");
    }

    private static ControlReading ReadRevocation(ControlRequest request) => RevocationWords.TryParse(request.Kind, out var kind)
        ? new RevokeTokens(
            kind, kind == RevocationKind.TokenHash ? "" : request.Issuer ?? "", kind == RevocationKind.Issuer ? "" : request.Value ?? "",
            request.Reason ?? "")
        : ActionRefusal.NoRevocationKind;
}
