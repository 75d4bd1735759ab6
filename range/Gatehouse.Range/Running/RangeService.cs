using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Running;

/// <summary>
/// A third-party service that people connect. A person who is signed in there has agreed before, so it returns the browser with a code immediately,
/// to every address of its client, and names itself. In an attacker's hands it sends the browser on to another service.
/// </summary>
internal sealed class RangeService : IAsyncDisposable
{
    /// <summary>The client id of whatever connects people.</summary>
    public const string Client = "connector";

    private const string Session = "service-session";

    private readonly WebApplication web = Loopback.Build();
    private readonly ConcurrentDictionary<string, (string Account, string Challenge, string RedirectUri)> codes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> tokens = new(StringComparer.Ordinal);

    private RangeService(string name) => Name = name;

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The address.</summary>
    public string Origin => web.Urls.First();

    /// <summary>The service to which an attacker's service sends browsers; null for an honest one.</summary>
    public RangeService? SendsTo { get; init; }

    /// <summary>True while it sends browsers on with the address of the other service at the connector, where each has one of its own.</summary>
    public bool ChangesAddress { get; set; }

    /// <summary>The forms that the token endpoint of an attacker's service received.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Received { get; } = new();

    public static async Task<RangeService> StartAsync(RangeFixture fixture, string name, RangeService? sendsTo = null)
    {
        var service = fixture.Own(new RangeService(name) { SendsTo = sendsTo });
        service.web.Run(service.AnswerAsync);
        await service.web.StartAsync().ConfigureAwait(false);
        return service;
    }

    /// <summary>Gives a browser the session of an account.</summary>
    public void SignIn(RangeBrowser browser, string account) => browser.SetCookie(new Uri(Origin), Session, account);

    /// <summary>Returns the account of a token; null for no token of this service.</summary>
    public string? AccountOf(string? token) => token is not null && tokens.TryGetValue(token, out var account) ? account : null;

    /// <summary>Redeems a code; null where it gives no token.</summary>
    public async Task<string?> RedeemAsync(IEnumerable<KeyValuePair<string, string>> form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Origin + "/token") { Content = new FormUrlEncodedContent(form) };
        using var answer = await Loopback.Client.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode) return null;
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync().ConfigureAwait(false)).RootElement;
        return body.TryGetProperty("access_token", out var token) ? token.GetString() : null;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private Task AnswerAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("GET", "/consent") => ConsentAsync(context),
        ("POST", "/token") => GiveAsync(context),
        _ => RefuseAsync(context, "not_found"),
    };

    private Task ConsentAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var address = query["redirect_uri"].ToString();
        if (SendsTo is { } other)
        {
            var changed = ChangesAddress ? OtherAddress(address, other) : address;
            context.Response.Redirect(other.Origin + "/consent" + context.Request.QueryString.Value!
                .Replace(Uri.EscapeDataString(address), Uri.EscapeDataString(changed), StringComparison.Ordinal));
            return Task.CompletedTask;
        }

        if (context.Request.Cookies[Session] is not { } account) return RefuseAsync(context, "login_required");
        var code = RandomNumberGenerator.GetHexString(32);
        codes[code] = (account, query["code_challenge"].ToString(), address);
        var state = Uri.EscapeDataString(query["state"].ToString());
        context.Response.Redirect($"{address}?code={code}&state={state}&iss={Uri.EscapeDataString(Origin)}");
        return Task.CompletedTask;
    }

    private async Task GiveAsync(HttpContext context)
    {
        var form = (await context.Request.ReadFormAsync().ConfigureAwait(false)).ToDictionary(one => one.Key, one => one.Value.ToString());
        if (SendsTo is not null) Received.Enqueue(form);
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form.GetValueOrDefault("code_verifier", ""))));
        if (!codes.TryRemove(form.GetValueOrDefault("code", ""), out var code) || code.Challenge != challenge
            || code.RedirectUri != form.GetValueOrDefault("redirect_uri"))
        {
            await RefuseAsync(context, "invalid_grant").ConfigureAwait(false);
            return;
        }

        var token = RandomNumberGenerator.GetHexString(32);
        tokens[token] = code.Account;
        await WriteAsync(context, new { access_token = token, token_type = "Bearer" }).ConfigureAwait(false);
    }

    /// <summary>The address of another service at the connector; where all services have one address, it is the same.</summary>
    public string OtherAddress(string address, RangeService other) =>
        address.Replace($"/callback/{Name}", $"/callback/{other.Name}", StringComparison.Ordinal);

    private static Task RefuseAsync(HttpContext context, string error)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return WriteAsync(context, new { error });
    }

    private static Task WriteAsync(HttpContext context, object answer)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer)).AsTask();
    }
}
