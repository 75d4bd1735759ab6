using System.Text.Json.Serialization;
using Gatehouse.Identity.Revocations;

namespace Gatehouse.Administration;

/// <summary>The acts about sessions of callers, and about tokens that are refused before their time (ID-07).</summary>
internal static class SessionRows
{
    private const string Page = "operators/control.md";

    private static readonly SessionActJson Forms = new(ActRow.Strict());

    public static ActRow List { get; } = new(
        "session.list", ActWays.Socket, "Lists sessions.", Page,
        new ListSessions(), Forms.ListSessions, SessionActJson.Default.SessionList);

    public static ActRow End { get; } = new(
        "session.revoke", ActWays.Socket, "Ends one session with its streams.", Page,
        new EndSession(), Forms.EndSession, SessionActJson.Default.SessionEnded);

    public static ActRow Subject { get; } = new(
        "subject.revoke", ActWays.Socket, "Refuses every token of a subject issued until now, and ends its sessions and exchanges.", Page,
        new RevokeSubject(), Forms.RevokeSubject, SessionActJson.Default.SubjectRevoked);

    public static ActRow Tokens { get; } = new(
        "revoke", ActWays.Socket, "Refuses tokens by their hash, id, login session, subject, client or issuer.", Page,
        new RevokeTokens(RevocationKind.Subject), Forms.RevokeTokens, SessionActJson.Default.TokensRevoked);

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ActRow> All { get; } = [List, End, Subject, Tokens];
}

/// <summary>The forms of these acts and of their results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListSessions))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(EndSession))]
[JsonSerializable(typeof(SessionEnded))]
[JsonSerializable(typeof(RevokeSubject))]
[JsonSerializable(typeof(SubjectRevoked))]
[JsonSerializable(typeof(RevokeTokens))]
[JsonSerializable(typeof(TokensRevoked))]
internal sealed partial class SessionActJson : JsonSerializerContext;
