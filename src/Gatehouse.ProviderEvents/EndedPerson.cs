namespace Gatehouse.ProviderEvents;

/// <summary>The person of an event.</summary>
/// <param name="Issuer">The issuer of the person.</param>
/// <param name="Subject">The person; null where only the session is known.</param>
/// <param name="Session">The session at the issuer, the <c>sid</c> of its tokens; null for all.</param>
/// <param name="Reason">The reason of the revocation, as it is stored.</param>
internal sealed record EndedPerson(string Issuer, string? Subject, string? Session, string Reason);
