using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Gatehouse.Peers.Providers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Peers.ThirdParties;

/// <summary>
/// A service of a third party on loopback, with which a person connects: its authorization page, its tokens and its revocation have the documented
/// quirks of GitHub or of Google. Redirect URIs are compared exactly, codes are used once and live for ten minutes, and PKCE is checked.
/// </summary>
public sealed class ThirdPartyProvider : IAsyncDisposable
{
    /// <summary>The client.</summary>
    public const string ClientId = "gatehouse-at-third-party";

    /// <summary>Its secret.</summary>
    public const string ClientSecret = "secret-of-gatehouse-at-the-third-party";

    private const int MostRequests = 20_000;

    private readonly WebApplication web;
    private readonly ThirdPartyStore store;
    private readonly ServiceRules rules;
    private readonly ProviderFront front = new();
    private readonly ConcurrentQueue<ThirdPartyRequest> requests = new();
    private readonly HttpClient browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private ThirdPartyProvider(WebApplication web, ThirdPartyMode mode, TimeProvider time)
    {
        this.web = web;
        store = new ThirdPartyStore(time);
        rules = mode == ThirdPartyMode.GitHub ? new GitHubRules(this, store, time) : new GoogleRules(this, store, time);
    }

    /// <summary>The address without a path: the issuer of Google mode, and the host of the API in both.</summary>
    public string Origin => web.Urls.First();

    /// <summary>The authorization endpoint.</summary>
    public string AuthorizationEndpoint => Origin + rules.AuthorizePath;

    /// <summary>The token endpoint.</summary>
    public string TokenEndpoint => Origin + rules.TokenPath;

    /// <summary>
    /// The endpoint of revocation: <c>DELETE</c> with basic authentication and JSON in GitHub mode, <c>POST</c> of a form in Google mode.
    /// </summary>
    public string RevocationEndpoint => Origin + (rules is GitHubRules ? $"/applications/{ClientId}/grant" : "/revoke");

    /// <summary>The registered redirect URIs. The first is the default of GitHub mode.</summary>
    public ImmutableList<string> Redirects { get; private set; } = [];

    /// <summary>The person who approves without a page; null shows the page. The query parameter <c>approve</c> names one for a request.</summary>
    public string? ApprovedBy { get; set; }

    /// <summary>The scopes that a person grants of those that are asked for.</summary>
    public Func<string, IReadOnlyList<string>, IEnumerable<string>> Granted { get; set; } = static (_, asked) => asked;

    /// <summary>True if access tokens of GitHub mode expire and come with a refresh token, as those of a GitHub App do.</summary>
    public bool HasExpiringTokens { get; set; }

    /// <summary>Another <c>iss</c> in authorization responses, for tests of mix-up (RFC 9207); null for the usual.</summary>
    public string? ResponseIssuer { get; set; }

    /// <summary>The fault of the token endpoint from now on. Those that need a signed token of a company's provider do nothing here.</summary>
    public BadAnswer Bad
    {
        get => front.Bad;
        set => front.Bad = value;
    }

    /// <summary>Requests that <see cref="BadAnswer.Slow"/> holds now.</summary>
    public int Waiting => front.Waiting;

    /// <summary>The requests so far, in order.</summary>
    public IReadOnlyList<ThirdPartyRequest> Requests => [.. requests];

    /// <summary>The requests to the token endpoint so far.</summary>
    public IReadOnlyList<ThirdPartyRequest> TokenRequests => [.. requests.Where(request => request.Path == rules.TokenPath)];

    /// <summary>Answers the requests that <see cref="BadAnswer.Slow"/> holds.</summary>
    public void Release() => front.Release();

    /// <summary>Registers a redirect URI: that of a gateway whose address is known later.</summary>
    public void Register(string redirect) => Redirects = Redirects.Add(redirect);

    /// <summary>The permission behind an access token that is valid now; null for none. A test's server checks its calls with it.</summary>
    public ThirdPartyToken? Find(string accessToken) => store.TryGetAccess(accessToken, out var token) ? token : null;

    /// <summary>Ends the consent of a person, as they do on the page of the service.</summary>
    public void Withdraw(string person) => store.Revoke(new ThirdPartyToken(person, [], null, store.FamilyOf(person)));

    /// <summary>Starts the service on a free port of loopback.</summary>
    /// <param name="mode">The service that it is like.</param>
    /// <param name="time">The clock; null for that of the system.</param>
    /// <param name="redirects">The registered redirect URIs.</param>
    public static async Task<ThirdPartyProvider> StartAsync(ThirdPartyMode mode, TimeProvider? time = null, params string[] redirects)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1);
        });
        var provider = new ThirdPartyProvider(builder.Build(), mode, time ?? TimeProvider.System);
        provider.Redirects = [.. redirects];
        provider.web.Run(provider.AnswerAsync);
        await provider.web.StartAsync();
        return provider;
    }

    /// <summary>Opens an authorization request as a person who approves, and returns the address that the browser is sent to.</summary>
    /// <exception cref="InvalidOperationException">The service shows a page in place of a redirect.</exception>
    public async Task<Uri> ApproveAsync(string authorizationRequest, string person)
    {
        using var response = await browser.GetAsync(new Uri(QueryHelpers.AddQueryString(authorizationRequest, "approve", person)));
        return response.Headers.Location ?? throw new InvalidOperationException($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        front.Release();
        await web.DisposeAsync();
        browser.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var parameters = context.Request.Query.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToString(), StringComparer.Ordinal);
        if (context.Request.HasFormContentType)
        {
            foreach (var (name, value) in await context.Request.ReadFormAsync(context.RequestAborted))
                parameters[name] = name == "client_secret" ? "" : value.ToString();
        }

        requests.Enqueue(new ThirdPartyRequest(context.Request.Method, context.Request.Path.Value!, parameters));
        if (requests.Count > MostRequests) requests.TryDequeue(out _);
        if (context.Request.Path == rules.TokenPath) await front.AnswerAsync(context, rules.AnswerAsync);
        else await rules.AnswerAsync(context);
    }
}
