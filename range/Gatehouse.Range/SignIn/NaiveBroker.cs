using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.SignIn;

/// <summary>
/// An authorization server in front of an identity provider, as it is often written. It asks a browser once whichever client comes, takes every
/// address at the host of a client, holds no answer to the browser that began, keeps states and refresh tokens, ignores PKCE and the issuer of an
/// answer, fetches any address, and writes everything to its log.
/// </summary>
internal sealed class NaiveBroker : IAsyncDisposable
{
    private readonly WebApplication web = Loopback.Build();
    private readonly SignInPlaces places;
    private readonly ConcurrentDictionary<string, (string Name, string RedirectUri)> clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Pending> states = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> people = new(StringComparer.Ordinal);

    private NaiveBroker(SignInPlaces places) => this.places = places;

    /// <summary>The issuer.</summary>
    public string Name => web.Urls.First();

    /// <summary>Fetches the document of a client.</summary>
    public Func<Uri, Task> Fetch { get; init; } = static _ => Task.CompletedTask;

    public static async Task<NaiveBroker> StartAsync(RangeFixture fixture, Func<Uri, Task>? fetch = null)
    {
        var broker = fixture.Own(new NaiveBroker(fixture.SignIn!) { Fetch = fetch ?? (static _ => Task.CompletedTask) });
        broker.clients[SignInProgram.Editor] = (SignInProgram.EditorName, SignInProgram.EditorRedirect);
        broker.web.Run(context => fixture.Log.RecordAsync(context, () => broker.AnswerAsync(context)));
        await broker.web.StartAsync().ConfigureAwait(false);
        return broker;
    }

    /// <summary>Returns whether a request has a token of this server.</summary>
    public bool Knows(HttpContext context) => PersonOf(context) is not null;

    /// <summary>Returns the person of the token of a request; null for none of this server.</summary>
    public string? PersonOf(HttpContext context) =>
        context.Request.Headers.Authorization.ToString().Split(' ') is ["Bearer", var token] ? people.GetValueOrDefault(token) : null;

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private Task AnswerAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("GET", "/.well-known/oauth-authorization-server") => WriteAsync(context, new
        {
            issuer = Name,
            authorization_endpoint = Name + "/oauth/authorize",
            token_endpoint = Name + "/oauth/token",
            registration_endpoint = Name + "/oauth/register",
        }),
        ("POST", "/oauth/register") => RegisterAsync(context),
        ("GET", "/oauth/authorize") => AuthorizeAsync(context),
        ("POST", "/oauth/consent") => ConsentAsync(context),
        ("GET", "/oauth/callback") => CallbackAsync(context),
        ("GET", "/oauth/grants") => AccountAsync(context),
        ("POST", "/oauth/token") => TokenAsync(context),
        _ => RefuseAsync(context),
    };

    private async Task RegisterAsync(HttpContext context)
    {
        using var client = await JsonDocument.ParseAsync(context.Request.Body).ConfigureAwait(false);
        var id = RandomNumberGenerator.GetHexString(16);
        clients[id] = (client.RootElement.GetProperty("client_name").GetString()!, client.RootElement.GetProperty("redirect_uris")[0].GetString()!);
        await WriteAsync(context, new { client_id = id }).ConfigureAwait(false);
    }

    private async Task AuthorizeAsync(HttpContext context)
    {
        var (id, redirectUri) = (context.Request.Query["client_id"].ToString(), context.Request.Query["redirect_uri"].ToString());
        if (id.StartsWith("https:", StringComparison.Ordinal)) await Fetch(new Uri(id)).ConfigureAwait(false);
        if (!clients.TryGetValue(id, out var client) || !redirectUri.StartsWith(OriginOf(client.RedirectUri), StringComparison.OrdinalIgnoreCase))
        {
            await RefuseAsync(context).ConfigureAwait(false);
            return;
        }

        // The browser consented: the cookie does not say for which client.
        if (context.Request.Cookies["consented"] is not null) Leave(context, places.All.First().Name, redirectUri);
        else await AskAsync(context, client.Name, redirectUri).ConfigureAwait(false);
    }

    private Task AskAsync(HttpContext context, string client, string redirectUri)
    {
        context.Response.ContentType = "text/html";
        var buttons = string.Concat(places.All.Select(one => $"<button name=\"provider\" value=\"{one.Name}\">Sign in with {one.Name}</button>"));
        return context.Response.WriteAsync($"""
            <h1>{WebUtility.HtmlEncode(client)} wants to use your server</h1>
            <form method="post" action="/oauth/consent">
            <input type="hidden" name="redirect" value="{WebUtility.HtmlEncode(redirectUri)}">{buttons}</form>
            """);
    }

    private async Task ConsentAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync().ConfigureAwait(false);
        context.Response.Cookies.Append("consented", "yes");
        Leave(context, form["provider"].ToString(), form["redirect"].ToString());
    }

    private void Leave(HttpContext context, string provider, string? redirectUri)
    {
        var (state, verifier) = (RandomNumberGenerator.GetHexString(32), RandomNumberGenerator.GetHexString(64));
        var challenge = Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var place = places.All.First(one => one.Name == provider).Provider.Name;
        states[state] = new Pending(place, verifier, redirectUri);
        context.Response.Redirect($"{place}/authorize?response_type=code&client_id={RangeProvider.Client}&state={state}&nonce={state}"
            + $"&redirect_uri={Uri.EscapeDataString(Name + "/oauth/callback")}&scope=openid&code_challenge={challenge}&code_challenge_method=S256");
    }

    private async Task CallbackAsync(HttpContext context)
    {
        var isKnown = states.TryGetValue(context.Request.Query["state"].ToString(), out var pending);
        if (!isKnown || await PersonAsync(pending!, context.Request.Query["code"].ToString()).ConfigureAwait(false) is not { } person)
        {
            await RefuseAsync(context).ConfigureAwait(false);
            return;
        }

        var code = New(person);
        if (pending!.RedirectUri is { } redirectUri)
        {
            context.Response.Redirect($"{redirectUri}{(redirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?')}code={code}");
            return;
        }

        context.Response.Cookies.Append("person", code);
        context.Response.Redirect("/oauth/grants");
    }

    private async Task<string?> PersonAsync(Pending pending, string code)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = Name + "/oauth/callback",
            ["client_id"] = RangeProvider.Client,
            ["code_verifier"] = pending.Verifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, pending.Provider + "/token") { Content = new FormUrlEncodedContent(form) };
        using var answer = await Loopback.Client.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode) return null;
        var tokens = JsonDocument.Parse(await answer.Content.ReadAsStringAsync().ConfigureAwait(false)).RootElement;
        var claims = System.Buffers.Text.Base64Url.DecodeFromChars(tokens.GetProperty("id_token").GetString()!.Split('.')[1]);
        return JsonDocument.Parse(claims).RootElement.GetProperty("sub").GetString();
    }

    private Task AccountAsync(HttpContext context)
    {
        if (context.Request.Cookies["person"] is not { } session || !people.TryGetValue(session, out var person))
        {
            Leave(context, places.All.First().Name, null);
            return Task.CompletedTask;
        }

        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync($"<h1>{person}, this is what you granted</h1>");
    }

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync().ConfigureAwait(false);
        var given = form["code"].ToString() is { Length: > 0 } code ? code : form["refresh_token"].ToString();
        await (people.TryGetValue(given, out var person)
            ? WriteAsync(context, new { access_token = New(person), refresh_token = given }) : RefuseAsync(context)).ConfigureAwait(false);
    }

    private string New(string person)
    {
        var value = RandomNumberGenerator.GetHexString(32);
        people[value] = person;
        return value;
    }

    private static string OriginOf(string redirectUri) => new Uri(redirectUri).GetLeftPart(UriPartial.Authority);

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.Response.WriteAsync("{\"error\":\"invalid_request\"}");
    }

    private static Task WriteAsync(HttpContext context, object answer)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer)).AsTask();
    }

    private sealed record Pending(string Provider, string Verifier, string? RedirectUri);
}
