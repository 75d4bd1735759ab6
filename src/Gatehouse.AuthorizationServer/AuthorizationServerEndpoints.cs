using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Host;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer;

/// <summary>The endpoints of the authorization server, each with its rate. One table says which handler answers which route.</summary>
internal sealed class AuthorizationServerEndpoints
{
    /// <summary>Most requests for pages a minute, by all.</summary>
    public const int MostPagesPerMinute = 6_000;

    private readonly AuthorizationServerParts parts;
    private readonly SignInPages pages;
    private readonly SignInAnswers answers;
    private readonly ConsentMemory memory;
    private readonly StrangerRate pageRate;
    private readonly Dictionary<(string Method, string Path), Func<HttpContext, Peer, Task>> handlers;

    /// <summary>Joins the endpoints.</summary>
    /// <param name="parts">What they work with.</param>
    /// <param name="share">Percent of a rate for one address block.</param>
    /// <param name="further">Pages of other parts for people who are signed in; null for none.</param>
    /// <param name="others">The endpoints that answer programs: token, revocation, introspection, registration, keys.</param>
    public AuthorizationServerEndpoints(
        AuthorizationServerParts parts, Func<int> share, IReadOnlyDictionary<(string Method, string Path), Func<HttpContext, Peer, Task>> others,
        IPersonPages? further = null)
    {
        this.parts = parts;
        memory = new ConsentMemory(parts);
        pages = new SignInPages(parts, memory);
        answers = new SignInAnswers(parts, pages);
        pageRate = new StrangerRate(MostPagesPerMinute, share, parts.Time);
        handlers = new(others);
        AddPages(further);
    }

    /// <summary>Returns the routes that are answered, for a test that compares them with <see cref="Routes.All"/>.</summary>
    internal IReadOnlyCollection<(string Method, string Path)> Answered => handlers.Keys;

    /// <summary>Answers a request whose path is one of <see cref="Routes"/>.</summary>
    public async Task HandleAsync(HttpContext context, Peer peer)
    {
        var path = Routes.Of(context.Request.Path.Value ?? "");
        context.Response.Headers.CacheControl = "no-store";
        Peer.Set(context, peer);
        if (!handlers.TryGetValue((context.Request.Method, path), out var handler))
        {
            var known = Routes.All.Where(route => route.Path == path).Select(route => route.Methods).FirstOrDefault();
            context.Response.StatusCode = known is null ? StatusCodes.Status404NotFound : StatusCodes.Status405MethodNotAllowed;
            if (known is not null) context.Response.Headers.Allow = string.Join(", ", known);
            return;
        }

        try
        {
            await handler(context, peer).ConfigureAwait(false);
        }
        catch (StoreException) when (!context.Response.HasStarted)
        {
            // Nothing was granted: every act of the store is whole or not at all, and what follows a grant throws none of this.
            await answers.UnstoredAsync(context, null).ConfigureAwait(false);
        }
    }

    private void AddPages(IPersonPages? further)
    {
        var (start, sessions) = (new SignInStart(parts, answers), new PersonSessions(parts));
        var (authorize, consent) = (new AuthorizeEndpoint(parts, start, pages, answers), new ConsentEndpoint(parts, start, answers));
        var (callback, confirm) = (new CallbackEndpoint(parts, answers, sessions), new ConfirmationEndpoint(parts, start, pages, answers, memory));
        var grants = new GrantsEndpoint(parts, start, pages, answers, sessions);
        handlers[("GET", Routes.Metadata)] = (context, _) => MetadataAsync(context, isOpenId: false);
        handlers[("GET", Routes.OpenIdMetadata)] = (context, _) => MetadataAsync(context, isOpenId: true);
        handlers[("GET", Routes.Style)] = (context, _) => SignInPages.StyleAsync(context);
        AddPage("GET", Routes.Authorize, authorize.HandleAsync);
        AddPage("POST", Routes.Consent, consent.HandleAsync);
        AddPage("GET", Routes.Callback, callback.HandleAsync);
        AddPage("GET", Routes.Confirm, confirm.ShowAsync);
        AddPage("POST", Routes.Confirm, confirm.AnswerAsync);
        AddPage("GET", Routes.Grants, grants.ShowAsync);
        AddPage("POST", Routes.Grants, (context, _) => grants.AnswerAsync(context));
        foreach (var (method, path, handler) in further?.Of(new PersonPageParts(parts, start, sessions, pages, answers)) ?? [])
            AddPage(method, path, handler);
    }

    private void AddPage(string method, string path, Func<HttpContext, Peer, Task> handler) => handlers[(method, path)] = (context, peer) =>
    {
        if (pageRate.TryTake(peer.Partition)) return handler(context, peer);
        if (path == Routes.Callback) parts.Journal.Attempt(peer.Partition, AttemptEndpoint.SignIn, "too-many");
        context.Response.Headers.RetryAfter = "10";
        return answers.FaultAsync(context, StatusCodes.Status429TooManyRequests, PageFault.TooMany);
    };

    private Task MetadataAsync(HttpContext context, bool isOpenId)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "max-age=300";
        return context.Response.Body.WriteAsync(AuthorizationServerMetadata.Write(parts.Settings(), isOpenId)).AsTask();
    }
}
