using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Running;

/// <summary>
/// An identity provider at which people sign in. A person has a session there, and agrees once that a client may know who they are: a cookie
/// remembers it, and the provider does not ask again.
/// </summary>
internal sealed class RangeProvider : IAsyncDisposable
{
    /// <summary>The client id of the broker, which is the same for all clients behind it.</summary>
    public const string Client = "broker";

    private const string Session = "session";
    private const string Agreed = "agreed";

    private readonly WebApplication web = Loopback.Build();
    private readonly ConcurrentDictionary<string, Issued> codes = new(StringComparer.Ordinal);
    private readonly RangeIssuer keys;

    private RangeProvider(RangeIssuer keys) => this.keys = keys;

    /// <summary>The issuer.</summary>
    public string Name => web.Urls.First();

    /// <summary>The provider to which an attacker's provider sends the browser on; null for an honest one.</summary>
    public RangeProvider? SendsTo { get; init; }

    /// <summary>True for a provider that names itself in its answers (RFC 9207).</summary>
    public bool NamesItself { get; init; } = true;

    /// <summary>True for a provider that takes a code again, as some do for clients that lost the answer.</summary>
    public bool TakesCodesAgain { get; init; }

    /// <summary>The forms that the token endpoint of an attacker's provider received.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Received { get; } = new();

    public static async Task<RangeProvider> StartAsync(RangeFixture fixture, Func<RangeIssuer, RangeProvider>? make = null)
    {
        var provider = fixture.Own(make?.Invoke(fixture.Issuer) ?? new RangeProvider(fixture.Issuer));
        provider.web.Run(provider.AnswerAsync);
        await provider.web.StartAsync().ConfigureAwait(false);
        return provider;
    }

    /// <summary>A provider that takes codes again.</summary>
    public static RangeProvider Forgiving(RangeIssuer keys) => new(keys) { TakesCodesAgain = true };

    /// <summary>A provider that does not name itself in its answers, as Entra ID and AD FS, and returns browsers only to its own address.</summary>
    public static RangeProvider Silent(RangeIssuer keys) => new(keys) { NamesItself = false };

    /// <summary>A provider in an attacker's hands.</summary>
    public static Func<RangeIssuer, RangeProvider> OfAttacker(RangeProvider sendsTo) =>
        keys => new RangeProvider(keys) { NamesItself = false, SendsTo = sendsTo };

    /// <summary>The address of the company's provider at the broker, for that of the partner's; a broker with one address has one for both.</summary>
    public static string CompanyAddress(string redirectUri) => redirectUri.Replace("/callback/partner", "/callback/corp", StringComparison.Ordinal);

    /// <summary>Gives a browser the session of a person.</summary>
    public void SignIn(RangeBrowser browser, string person) => browser.SetCookie(new Uri(Name), Session, person);

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private Task AnswerAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("GET", "/.well-known/openid-configuration") => WriteAsync(context, Metadata()),
        ("GET", "/keys") => context.Response.Body.WriteAsync(keys.KeySet()).AsTask(),
        ("GET", "/authorize") => AuthorizeAsync(context),
        ("POST", "/agree") => AgreeAsync(context),
        ("POST", "/token") => RedeemAsync(context),
        _ => RefuseAsync(context, StatusCodes.Status404NotFound, "not_found"),
    };

    private object Metadata() => new
    {
        issuer = Name,
        authorization_endpoint = Name + "/authorize",
        token_endpoint = Name + "/token",
        jwks_uri = Name + "/keys",
        code_challenge_methods_supported = new[] { "S256" },
        authorization_response_iss_parameter_supported = NamesItself,
    };

    private Task AuthorizeAsync(HttpContext context)
    {
        var (query, address) = (context.Request.QueryString.Value!, context.Request.Query["redirect_uri"].ToString());
        if (SendsTo is not null)
        {
            context.Response.Redirect(SendsTo.Name + "/authorize" + (SendsTo.NamesItself ? query
                : query.Replace(Uri.EscapeDataString(address), Uri.EscapeDataString(CompanyAddress(address)), StringComparison.Ordinal)));
            return Task.CompletedTask;
        }

        if (!NamesItself && address != CompanyAddress(address))
            return RefuseAsync(context, StatusCodes.Status400BadRequest, "invalid_redirect_uri");
        if (context.Request.Cookies[Session] is not { } person)
            return RefuseAsync(context, StatusCodes.Status401Unauthorized, "login_required");
        return context.Request.Cookies[Agreed] is null ? AskAsync(context, query) : ReturnAsync(context, context.Request.Query, person);
    }

    private static Task AskAsync(HttpContext context, string query)
    {
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync($"""
            <h1>The broker wants to know who you are</h1>
            <form method="post" action="/agree{WebUtility.HtmlEncode(query)}"><button name="decision" value="agree">Agree</button></form>
            """);
    }

    private Task AgreeAsync(HttpContext context)
    {
        context.Response.Cookies.Append(Agreed, Client);
        return ReturnAsync(context, context.Request.Query, context.Request.Cookies[Session]!);
    }

    private Task ReturnAsync(HttpContext context, IQueryCollection query, string person)
    {
        var code = RandomNumberGenerator.GetHexString(32);
        codes[code] = new Issued(person, query["nonce"].ToString(), query["code_challenge"].ToString(), query["redirect_uri"].ToString());
        var issuer = NamesItself ? "&iss=" + Uri.EscapeDataString(Name) : "";
        context.Response.Redirect($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"].ToString())}{issuer}");
        return Task.CompletedTask;
    }

    private async Task RedeemAsync(HttpContext context)
    {
        var form = (await context.Request.ReadFormAsync().ConfigureAwait(false)).ToDictionary(one => one.Key, one => one.Value.ToString());
        if (SendsTo is not null) Received.Enqueue(form);
        if (!codes.TryGetValue(form.GetValueOrDefault("code", ""), out var code) || !code.IsFor(form))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "invalid_grant").ConfigureAwait(false);
            return;
        }

        if (!TakesCodesAgain) codes.TryRemove(form["code"], out _);
        var claims = keys.Claims(code.Person, Client);
        (claims["iss"], claims["nonce"], claims["name"]) = (Name, code.Nonce, code.Person);
        var (access, id) = (RandomNumberGenerator.GetHexString(32), keys.Issue("JWT", claims));
        await WriteAsync(context, new { access_token = access, token_type = "Bearer", id_token = id }).ConfigureAwait(false);
    }

    private static Task RefuseAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, new { error });
    }

    private static Task WriteAsync(HttpContext context, object answer)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer)).AsTask();
    }

    private sealed record Issued(string Person, string Nonce, string Challenge, string RedirectUri)
    {
        public bool IsFor(IReadOnlyDictionary<string, string> form) => form.GetValueOrDefault("redirect_uri") == RedirectUri
            && Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form.GetValueOrDefault("code_verifier", "")))) == Challenge;
    }
}
