using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.Identity.Redirects;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>Fills the pages of a sign-in and sends them.</summary>
internal sealed class SignInPages(AuthorizationServerParts parts)
{
    /// <summary>Sends the style sheet.</summary>
    public static Task StyleAsync(HttpContext context)
    {
        context.Response.ContentType = Stylesheet.MediaType;
        context.Response.Headers.CacheControl = Stylesheet.CacheControl;
        return context.Response.Body.WriteAsync(Stylesheet.Content).AsTask();
    }

    /// <summary>Asks for consent.</summary>
    public async Task ConsentAsync(
        HttpContext context, OAuthClient client, RedirectUri redirect, ConsentForm form, IReadOnlyList<ISignInProvider> providers)
    {
        var last = await LastConsentAsync(context, client.Id, form.Request.Resource).ConfigureAwait(false);
        var settings = parts.Settings();
        var server = ServerOf(settings, form.Request.Resource);
        var known = KnownNames.Of(settings.AuthorizationServer!, settings.PublicUrl.Host, settings.Servers.Select(one => one.Name));
        var model = new ConsentModel
        {
            Client = Shown(client),
            RedirectUri = form.Request.RedirectUri,
            Server = server,
            Scopes = Scopes(form.Request.Scopes),
            Warnings = [.. ClientWarnings.Of(client, redirect, last, known).Select(Shown)],
            Providers = [.. providers.Select(one => new PageProvider(one.Name, one.DisplayName))],
            Sealed = Base64Url.EncodeToString(parts.Facts.Seal(ConsentForm.Purpose, "", form)),
        };
        await SendAsync(context, StatusCodes.Status200OK, ConsentPage.Render(Frame(context), model)).ConfigureAwait(false);
    }

    /// <summary>Asks the person who signed in to confirm.</summary>
    /// <param name="context">The request.</param>
    /// <param name="client">The client.</param>
    /// <param name="confirmation">The facts.</param>
    /// <param name="key">The key of the cookie that holds the confirmation.</param>
    public async Task ConfirmationAsync(HttpContext context, OAuthClient client, Confirmation confirmation, string key)
    {
        var (request, person) = (confirmation.Request, confirmation.Person);
        var model = new ConfirmationModel
        {
            Person = person.DisplayName,
            Provider = ProviderName(person.Provider),
            Client = Shown(client),
            RedirectUri = request.RedirectUri,
            Server = ServerOf(parts.Settings(), request.Resource),
            Scopes = Scopes(GrantIssuer.Granted(request, person)),
            Changes = await ChangesAsync(context, client, confirmation).ConfigureAwait(false),
            Until = parts.Time.GetUtcNow() + SignInCookies.Life + parts.Settings().AuthorizationServer!.GrantLife,
            GrantsAddress = $"{Routes.Grants}?provider={Uri.EscapeDataString(person.Provider)}",
            Sealed = key,
        };
        await SendAsync(context, StatusCodes.Status200OK, ConfirmationPage.Render(Frame(context), model)).ConfigureAwait(false);
    }

    /// <summary>
    /// Answers a request that a client got wrong (RFC 6749 §4.1.2.1). To a client of the administrator, or on loopback, the browser is redirected. To
    /// a place that anyone can name, only the person takes it.
    /// </summary>
    public Task RefuseAsync(HttpContext context, OAuthClient client, ClientError error)
    {
        var address = ClientRedirect.With(error, parts.Settings().Origin);
        if (!MayLeave(client, error.RedirectUri))
            return SendAsync(context, StatusCodes.Status400BadRequest, ForwardPage.RenderHeld(Frame(context), address));
        Redirects.To(context, address);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Answers a sign-in that failed after its request was judged. The client gets the error (RFC 6749 §4.1.2.1), or it would wait until its time is
    /// over. The person reads the page first and takes the error to the client by a link. Only a refusal of the person's own leaves by itself, and
    /// only to a place that <see cref="RefuseAsync"/> redirects to.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="request">The client's request; null when the person only wanted to see what was granted.</param>
    /// <param name="failure">The failure.</param>
    public async Task FailAsync(HttpContext context, AuthorizationRequest? request, SignInFailure failure)
    {
        var client = request is null ? null : await FindAsync(context, request).ConfigureAwait(false);
        var address = client is null ? null
            : ClientRedirect.With(new ClientError(request!.RedirectUri, request.State, failure.Error, failure.Description), parts.Settings().Origin);
        if (address is not null && failure.IsKnownToThePerson && MayLeave(client!, request!.RedirectUri))
            await LeaveAsync(context, address).ConfigureAwait(false);
        else
            await FaultAsync(context, failure.Report(request?.ClientId) with { Back = address }).ConfigureAwait(false);
    }

    /// <summary>Answers a request that the store could not serve.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">The client's request; null where it is not known.</param>
    public Task UnstoredAsync(HttpContext context, AuthorizationRequest? request)
    {
        parts.Journal.NoteOf(Peer.Of(context).Partition, "oauth.store.fault", ("path", context.Request.Path.Value ?? ""));
        context.Response.Headers.RetryAfter = "5";
        return FailAsync(context, request, new SignInFailure
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Fault = PageFault.Internal,
            Error = ErrorCodes.TemporarilyUnavailable,
            Description = "The store of the authorization server does not answer.",
            Cause = "store",
        });
    }

    /// <summary>Takes the browser to another origin: by a redirect, or from a form by a page that leaves by itself.</summary>
    public Task LeaveAsync(HttpContext context, string address)
    {
        if (HttpMethods.IsPost(context.Request.Method))
            return SendAsync(context, StatusCodes.Status200OK, ForwardPage.Render(Frame(context), address));
        Redirects.To(context, address);
        return Task.CompletedTask;
    }

    /// <summary>Stores the consent of a person who confirmed, with what was granted, and who signed in last in this browser.</summary>
    /// <remarks>
    /// The grant exists already, and its code is on the way to the client. A consent that cannot be stored does not stop it: the next confirmation
    /// shows the client as new, and the page of grants still has the grant.
    /// </remarks>
    public async Task RememberAsync(HttpContext context, OAuthClient client, Confirmation confirmation)
    {
        var (request, person, now) = (confirmation.Request, confirmation.Person, parts.Time.GetUtcNow());
        var row = new ConsentRow(person.Subject, client.Id, client.Name, request.RedirectUri, request.Resource,
            string.Join(' ', GrantIssuer.Granted(request, person)), now, now + ConsentLife);
        try
        {
            await parts.Consents.PutAsync(row, GrantsEndpoint.MostShown).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or ArgumentException)
        {
            parts.Journal.Note("oauth.consent.unstored", ("subject", row.Subject), ("client", row.ClientId), ("resource", row.Resource));
        }

        var account = new LastAccount { Subject = confirmation.Person.Subject };
        SignInCookies.SetAccount(context, Base64Url.EncodeToString(parts.Facts.Seal(LastAccount.Purpose, "", account)));
    }

    /// <summary>Begins the session of a person who wants to see what was granted.</summary>
    public void BeginSession(HttpContext context, SignedInPerson person)
    {
        var session = new PersonSession
        {
            Subject = person.Subject,
            DisplayName = person.DisplayName,
            Provider = person.Provider,
            Until = parts.Time.GetUtcNow() + SignInCookies.Life,
        };
        SignInCookies.SetPerson(context, Base64Url.EncodeToString(parts.Facts.Seal(PersonSession.Purpose, "", session)));
        Redirects.To(context, parts.Settings().Origin + Routes.Grants);
    }

    /// <summary>Returns the session of the browser; null when there is none or it is over.</summary>
    public PersonSession? SessionOf(HttpContext context) => OpenSession(SignInCookies.PersonOf(context));

    /// <summary>Opens a sealed session, from the cookie or from a form; null when it is none or over.</summary>
    public PersonSession? OpenSession(string? text) =>
        Open<PersonSession>(PersonSession.Purpose, text) is { } session && parts.Time.GetUtcNow() < session.Until ? session : null;

    /// <summary>Shows what a person granted.</summary>
    /// <param name="context">The request.</param>
    /// <param name="session">The person.</param>
    /// <param name="isWithdrawn">True in the answer to a withdrawal.</param>
    public async Task GrantsAsync(HttpContext context, PersonSession session, bool isWithdrawn)
    {
        var now = parts.Time.GetUtcNow();
        var grants = await parts.Grants.ListGrantsAsync(session.Subject, GrantsEndpoint.MostShown, now).ConfigureAwait(false);
        var consents = await parts.Consents.ListAsync(session.Subject, GrantsEndpoint.MostShown, now).ConfigureAwait(false);
        var names = consents.ToDictionary(row => (row.ClientId, row.Resource), row => row.ClientName);
        var settings = parts.Settings();
        var model = new GrantsModel
        {
            Person = session.DisplayName,
            Provider = ProviderName(session.Provider),
            Grants = [.. grants.Where(parts.Issuer.IsLive).Reverse().GroupBy(grant => (grant.ClientId, grant.Resource)).Select(
                pair => Line(settings, [.. pair], names.GetValueOrDefault(pair.Key)))],
            IsWithdrawn = isWithdrawn,
            Sealed = SignInCookies.PersonOf(context)!,
        };
        await SendAsync(context, StatusCodes.Status200OK, GrantsPage.Render(Frame(context), model)).ConfigureAwait(false);
    }

    // A client that signed in several times has as many grants, newest first. They are one line, with everything that the client can do at the server.
    private static GrantLine Line(GatewaySettings settings, ImmutableArray<GrantRow> grants, string? name)
    {
        var newest = grants[0];
        var scopes = grants.SelectMany(grant => grant.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal);
        return new GrantLine(
            newest.Id, Shown(settings, newest.ClientId, name), ServerOf(settings, newest.Resource), Scopes([.. scopes]), newest.At, grants.Max(grant => grant.Until));
    }

    /// <summary>Ends the session of the browser.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isEverywhere">True when every grant of the person was withdrawn as well.</param>
    public Task SignOutAsync(HttpContext context, bool isEverywhere)
    {
        SignInCookies.RemovePerson(context);
        return SendAsync(context, StatusCodes.Status200OK, SignedOutPage.Render(Frame(context), isEverywhere));
    }

    /// <summary>Shows a fault that needs no more words than its own.</summary>
    public Task FaultAsync(HttpContext context, int status, PageFault fault) => FaultAsync(context, new FaultReport(status, fault));

    /// <summary>Shows a fault: what happened, where, and what to do. The id on the page is that of the entry in the audit log.</summary>
    public Task FaultAsync(HttpContext context, FaultReport report)
    {
        var id = parts.Journal.NoteOf(Peer.Of(context).Partition, "oauth.fault", report.Facts());
        var model = new FaultModel
        {
            Fault = report.Fault,
            Place = report.Place,
            Name = report.Name,
            Detail = report.Detail,
            RequestId = id,
            Back = report.Back,
        };
        return SendAsync(context, report.Status, FaultPage.Render(Frame(context), model));
    }

    // RFC 9700 §4.11.2: the gateway redirects by itself only to a place that an administrator named, or that is on the person's computer.
    private static bool MayLeave(OAuthClient client, string redirectUri) =>
        client.Origin == ClientOrigin.Configured || new RedirectTarget(redirectUri).IsLoopback;

    // Null when the client or its redirect URI is not valid any more: then nothing leaves this origin (MCP row C07).
    private async ValueTask<OAuthClient?> FindAsync(HttpContext context, AuthorizationRequest request)
    {
        try
        {
            var found = await parts.Clients.FindAsync(request.ClientId, Peer.Of(context).Partition, context.RequestAborted).ConfigureAwait(false);
            return found.Client is { } client && RedirectUris.Find(client, request.RedirectUri) is not null ? client : null;
        }
        catch (StoreException)
        {
            return null;
        }
    }

    private static TimeSpan ConsentLife => TimeSpan.FromDays(365);

    // Before sign-in the person is not known. Whoever signed in last in this browser probably signs in again.
    private async ValueTask<ConsentRow?> LastConsentAsync(HttpContext context, string clientId, string resource) =>
        Open<LastAccount>(LastAccount.Purpose, SignInCookies.LastAccount(context)) is { } last
            ? await parts.Consents.FindAsync(last.Subject, clientId, resource, parts.Time.GetUtcNow()).ConfigureAwait(false)
            : null;

    private async ValueTask<ImmutableArray<PageChange>> ChangesAsync(HttpContext context, OAuthClient client, Confirmation confirmation)
    {
        var (request, subject) = (confirmation.Request, confirmation.Person.Subject);
        var changes = ImmutableArray.CreateBuilder<PageChange>();
        if (Open<LastAccount>(LastAccount.Purpose, SignInCookies.LastAccount(context)) is { } last && last.Subject != subject)
            changes.Add(new PageChange(PageChangeKind.OtherPerson));
        var now = parts.Time.GetUtcNow();
        var before = await parts.Consents.FindAsync(subject, client.Id, request.Resource, now).ConfigureAwait(false);
        if (before is null)
        {
            var others = await parts.Consents.ListAsync(subject, GrantsEndpoint.MostShown, now).ConfigureAwait(false);
            var isKnown = others.Any(consent => consent.ClientId == client.Id);
            changes.Add(new PageChange(isKnown ? PageChangeKind.NewServer : PageChangeKind.FirstConsent));
            return changes.ToImmutable();
        }

        if (before.ClientName != client.Name) changes.Add(new PageChange(PageChangeKind.NewName, before.ClientName));
        if (!RedirectUris.AreSame(before.RedirectUri, request.RedirectUri))
            changes.Add(new PageChange(PageChangeKind.NewRedirect, request.RedirectUri));
        changes.AddRange(GrantIssuer.Granted(request, confirmation.Person).Except(before.Scopes.Split(' '), StringComparer.Ordinal)
            .Select(scope => new PageChange(PageChangeKind.NewScope, scope)));
        return changes.ToImmutable();
    }

    private T? Open<T>(string purpose, string? text)
        where T : class =>
        text is null || !Base64Url.IsValid(text) ? null : parts.Facts.Open<T>(purpose, "", Base64Url.DecodeFromChars(text));

    private string ProviderName(string name) => parts.Providers().FirstOrDefault(provider => provider.Name == name)?.DisplayName ?? name;

    private static PageClient Shown(OAuthClient client) => new(client.Name, client.Origin, client.VouchingHost);

    // A client that is not looked up again is shown by what the person read with the consent. An administrator's word comes first, as in the
    // directory of clients: the id of a configured client can have any form. Without a consent only the id is known, and no party chose it as a name.
    private static PageClient Shown(GatewaySettings settings, string clientId, string? name)
    {
        if (settings.AuthorizationServer!.Clients.FirstOrDefault(client => client.Id == clientId) is { } configured)
            return new PageClient(configured.Name, ClientOrigin.Configured, null);
        var host = Uri.TryCreate(clientId, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps ? uri.IdnHost : null;
        return new PageClient(name ?? clientId, host is null ? ClientOrigin.Registered : ClientOrigin.Document, host) { IsNameless = name is null };
    }

    private static PageServer ServerOf(GatewaySettings settings, string resource)
    {
        var name = settings.Servers.FirstOrDefault(server => settings.Resource(server) == resource)?.Name;
        var isControl = name is null && AdministrationResource.Is(resource, settings);
        return new PageServer(name ?? (isControl ? AdministrationResource.Name : resource), settings.Authority) { IsControl = isControl };
    }

    private static ImmutableArray<PageScope> Scopes(ImmutableArray<string> scopes) => [.. scopes.Select(scope => new PageScope(scope))];

    private static PageWarning Shown(ClientWarning warning) => warning.Kind switch
    {
        ClientWarningKind.LoopbackOnly => new PageWarning(PageWarningKind.LoopbackOnly),
        ClientWarningKind.UnvouchedName => new PageWarning(PageWarningKind.UnvouchedName, warning.Shown),
        ClientWarningKind.Punycode => new PageWarning(PageWarningKind.Punycode, warning.Shown, warning.Other),
        ClientWarningKind.NameChanged or ClientWarningKind.RedirectChanged => new PageWarning(PageWarningKind.Changed, warning.Other, warning.Shown),
        _ => new PageWarning(PageWarningKind.LookAlike, warning.Shown, warning.Other),
    };

    private PageFrame Frame(HttpContext context) =>
        new(PageLanguages.Choose(context.Request.Headers.AcceptLanguage), parts.Settings().Authority);

    private static Task SendAsync(HttpContext context, int status, string page)
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in PageHeaders.Of()) context.Response.Headers[name] = value;
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(page)).AsTask();
    }
}
