using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.Providers;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The sessions of people who see and withdraw what they granted. They are in the browser, sealed; the store has none of them.</summary>
/// <param name="parts">The seals and the clock.</param>
internal sealed class PersonSessions(AuthorizationServerParts parts)
{
    /// <summary>Begins the session of a person for pages of the gateway.</summary>
    /// <param name="context">The request.</param>
    /// <param name="person">The person.</param>
    /// <param name="page">The page, as path and query; null for what was granted.</param>
    public void Begin(HttpContext context, SignedInPerson person, string? page = null)
    {
        var session = new PersonSession
        {
            Subject = person.Subject,
            DisplayName = person.DisplayName,
            Provider = person.Provider,
            Issuer = person.Issuer,
            Until = parts.Time.GetUtcNow() + SignInCookies.Life,
        };
        SignInCookies.SetPerson(context, SealedText.Of(parts.Facts, PersonSession.Purpose, session));
        Redirects.To(context, parts.Settings().Origin + (page ?? Routes.Grants));
    }

    /// <summary>Returns the session of the browser; null when there is none or it is over.</summary>
    public PersonSession? Of(HttpContext context) => Open(SignInCookies.PersonOf(context));

    /// <summary>Opens a sealed session, from the cookie or from a form; null when it is none or over.</summary>
    public PersonSession? Open(string? text) =>
        SealedText.Open<PersonSession>(parts.Facts, PersonSession.Purpose, text) is { } session && parts.Time.GetUtcNow() < session.Until
            ? session : null;

    /// <summary>Ends the session of the browser.</summary>
    public static void End(HttpContext context) => SignInCookies.RemovePerson(context);
}
