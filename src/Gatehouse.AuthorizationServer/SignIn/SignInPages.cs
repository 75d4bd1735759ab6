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

/// <summary>Fills the pages of a sign-in and sends them. It decides nothing: <see cref="SignInAnswers"/> does.</summary>
internal sealed class SignInPages(AuthorizationServerParts parts, ConsentMemory memory)
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
        var last = await memory.LastConsentAsync(context, client.Id, form.Request.Resource).ConfigureAwait(false);
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
            Sealed = SealedText.Of(parts.Facts, ConsentForm.Purpose, form),
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
            Changes = await memory.ChangesAsync(context, client, confirmation).ConfigureAwait(false),
            Until = parts.Time.GetUtcNow() + SignInCookies.Life + parts.Settings().AuthorizationServer!.GrantLife,
            GrantsAddress = $"{Routes.Grants}?provider={Uri.EscapeDataString(person.Provider)}",
            Sealed = key,
        };
        await SendAsync(context, StatusCodes.Status200OK, ConfirmationPage.Render(Frame(context), model)).ConfigureAwait(false);
    }

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

    /// <summary>Shows a page of another part of the gateway.</summary>
    public Task ShowAsync(HttpContext context, int status, Func<PageFrame, string> render) => SendAsync(context, status, render(Frame(context)));

    /// <summary>Returns a client as pages show it.</summary>
    /// <param name="clientId">Its id.</param>
    public PageClient ClientOf(string clientId) => Shown(parts.Settings(), clientId, null);

    /// <summary>Says that the browser is signed out.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isEverywhere">True when every grant of the person was withdrawn as well.</param>
    public Task SignedOutAsync(HttpContext context, bool isEverywhere) =>
        SendAsync(context, StatusCodes.Status200OK, SignedOutPage.Render(Frame(context), isEverywhere));

    /// <summary>Sends the browser on: the page leaves by itself.</summary>
    public Task ForwardAsync(HttpContext context, string address) =>
        SendAsync(context, StatusCodes.Status200OK, ForwardPage.Render(Frame(context), address));

    /// <summary>Shows where an error of a client would go. The page leaves only by a click.</summary>
    public Task HeldAsync(HttpContext context, string address) =>
        SendAsync(context, StatusCodes.Status400BadRequest, ForwardPage.RenderHeld(Frame(context), address));

    /// <summary>Shows a fault: what happened, where, and what to do.</summary>
    /// <param name="context">The request.</param>
    /// <param name="report">The fault.</param>
    /// <param name="entry">The id of its entry in the audit log.</param>
    public Task FaultAsync(HttpContext context, FaultReport report, string entry)
    {
        var model = new FaultModel
        {
            Fault = report.Fault,
            Place = report.Place,
            Name = report.Name,
            Detail = report.Detail,
            RequestId = entry,
            Back = report.Back,
        };
        return SendAsync(context, report.Status, FaultPage.Render(Frame(context), model));
    }

    // A client that signed in several times has as many grants, newest first. They are one line, with everything that it can do at the server.
    private static GrantLine Line(GatewaySettings settings, ImmutableArray<GrantRow> grants, string? name)
    {
        var newest = grants[0];
        var scopes = grants.SelectMany(grant => grant.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal);
        return new GrantLine(
            newest.Id, Shown(settings, newest.ClientId, name), ServerOf(settings, newest.Resource), Scopes([.. scopes]), newest.At,
            grants.Max(grant => grant.Until));
    }

    /// <summary>Returns the name of a sign-in provider that people read.</summary>
    public string ProviderName(string name) => parts.Providers().FirstOrDefault(provider => provider.Name == name)?.DisplayName ?? name;

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
