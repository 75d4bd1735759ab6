using System.Text;
using System.Text.Json;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>
/// The refusals that OAuth 2.1 and the FAPI 2.0 Security Profile (§5.3.2) ask of a token endpoint, one test each, over HTTP. What a refusal spends is
/// in the tests of codes and refresh tokens.
/// </summary>
[Trait("Requirement", "A26")]
[Trait("NoRetry", "yes")]
public sealed class TokenRefusalTests : IDisposable
{
    private readonly TokenBench bench = new();
    private readonly List<OAuthError?> attempted = [];

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task AGoodRequest_IsAnsweredOnce_AndStoredByNobody()
    {
        var context = await SendAsync(await FormAsync());
        var headers = context.Response.Headers;
        Assert.Equal((200, "no-store", "no-cache"), (context.Response.StatusCode, $"{headers.CacheControl}", $"{headers.Pragma}"));
        Assert.Equal("application/json", context.Response.ContentType);
        Assert.Equal([null], attempted);
    }

    [Fact]
    public async Task ReusedCode_IsRefused()
    {
        var form = await FormAsync();
        await SendAsync(form);
        await RefusedAsync("invalid_grant", 400, form);
    }

    [Fact]
    public async Task CodeOfAnotherClient_IsRefused() => await RefusedAsync("invalid_grant", 400, await FormAsync("client_id=other"));

    [Fact]
    public async Task AnotherRedirectUri_IsRefused() =>
        await RefusedAsync("invalid_grant", 400, await FormAsync("redirect_uri=https://evil.example/"));

    [Fact]
    public async Task MissingVerifier_IsRefused() => await RefusedAsync("invalid_request", 400, await FormAsync("code_verifier="));

    [Fact]
    public async Task ShortVerifier_IsRefused() => await RefusedAsync("invalid_request", 400, await FormAsync("code_verifier=short"));

    [Fact]
    public async Task WrongVerifier_IsRefused() =>
        await RefusedAsync("invalid_grant", 400, await FormAsync("code_verifier=0123456789012345678901234567890123456789012345"));

    [Fact]
    public async Task PlainChallenge_IsNeverCompared() => await RefusedAsync(
        "invalid_grant", 400, await FormAsync($"code_verifier={TokenBench.ChallengeOf(TokenBench.Verifier)}&code_challenge_method=plain"));

    [Fact]
    public async Task ExpiredCode_IsRefused()
    {
        var form = await FormAsync();
        bench.Clock.Advance(TimeSpan.FromSeconds(61));
        await RefusedAsync("invalid_grant", 400, form);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("client_credentials")]
    [InlineData("implicit")]
    [InlineData("urn:ietf:params:oauth:grant-type:token-exchange")]
    [InlineData("authorization_code%00")]
    public async Task UnknownGrantType_IsRefused(string type) =>
        await RefusedAsync("unsupported_grant_type", 400, await FormAsync($"grant_type={type}"));

    [Fact]
    public async Task MissingGrantType_IsRefused() => await RefusedAsync("invalid_request", 400, await FormAsync("grant_type="));

    [Fact]
    public async Task RepeatedParameter_IsRefused() => await RefusedAsync("invalid_request", 400, await FormAsync() + "&client_id=other");

    [Fact]
    public async Task CredentialsInTheQuery_AreRefused() => await RefusedAsync(
        "invalid_request", 400, await FormAsync(), context => context.Request.QueryString = new QueryString("?client_secret=x"));

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("HEAD")]
    public async Task AnotherMethod_IsRefused(string method)
    {
        var context = await RefusedAsync("invalid_request", 405, await FormAsync(), context => context.Request.Method = method);
        Assert.Equal("POST", context.Response.Headers.Allow);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-16")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task AnotherContentType_IsRefused(string? type) =>
        await RefusedAsync("invalid_request", 400, await FormAsync(), context => context.Request.ContentType = type);

    [Fact]
    public async Task CompressedForm_IsRefused() =>
        await RefusedAsync("invalid_request", 400, await FormAsync(), context => context.Request.Headers.ContentEncoding = "gzip");

    [Fact]
    public async Task LargeForm_IsRefused() =>
        await RefusedAsync("invalid_request", 413, await FormAsync() + "&x=" + new string('x', OAuthHttp.MaxFormBytes));

    [Fact]
    public async Task ManyParameters_AreRefused() => await RefusedAsync(
        "invalid_request", 400, string.Join('&', Enumerable.Range(0, OAuthParameters.MostParameters + 1).Select(index => $"x{index}=1")));

    [Theory]
    [InlineData("grant_type=%")]
    [InlineData("grant_type=%0")]
    [InlineData("grant_type=%zz")]
    [InlineData("grant_type=%+1")]
    [InlineData("grant_type=%ff")]
    [InlineData("%ed%a0%80=1")]
    public async Task BrokenEncoding_IsRefused(string form) => await RefusedAsync("invalid_request", 400, form);

    [Theory]
    [InlineData("Authorization")]
    [InlineData("DPoP")]
    public async Task RepeatedHeader_IsRefused(string name) =>
        await RefusedAsync("invalid_request", 400, await FormAsync(), context => context.Request.Headers[name] = new(["a", "b"]));

    [Fact]
    public async Task RefreshByAnotherClient_IsRefused()
    {
        var received = await bench.SignInAsync();
        await RefusedAsync("invalid_grant", 400, $"grant_type=refresh_token&refresh_token={received.Refresh}&client_id=other");
    }

    [Fact]
    public async Task RefreshOfAWiderScope_IsRefused()
    {
        var received = await bench.SignInAsync();
        await RefusedAsync(
            "invalid_scope", 400, $"grant_type=refresh_token&refresh_token={received.Refresh}&scope=read+admin&client_id={Client}");
    }

    [Fact]
    public async Task AccessTokenAsRefreshToken_IsRefused()
    {
        var received = await bench.SignInAsync();
        await RefusedAsync("invalid_grant", 400, $"grant_type=refresh_token&refresh_token={received.Access}&client_id={Client}");
    }

    [Fact]
    public async Task AnotherResource_IsRefused() =>
        await RefusedAsync("invalid_target", 400, await FormAsync("resource=https://gateway.example/mail"));

    [Fact]
    public async Task FailedAuthenticationByHeader_IsChallenged()
    {
        var context = await RefusedAsync(
            "invalid_client", 401, await FormAsync("client_id="),
            context => context.Request.Headers.Authorization = TokenBench.Basic("service", "x"));
        Assert.StartsWith("Basic ", context.Response.Headers.WWWAuthenticate, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStoreThatFails_GrantsNothing()
    {
        var form = await FormAsync();
        bench.Grants.IsBroken = true;
        var context = await RefusedAsync("temporarily_unavailable", 503, form);
        Assert.Equal("5", context.Response.Headers.RetryAfter);
    }

    /// <summary>No refusal, record or text of an object has a secret that was presented.</summary>
    [Fact]
    [Trait("Requirement", "B28")]
    public async Task NoAnswerOrRecord_HasAPresentedSecret()
    {
        var received = await bench.SignInAsync();
        var code = await bench.CodeAsync();
        string[] secrets = [code, received.Refresh, received.Access, "verifier-with-a-canary-0123456789012345678901234567", "client-secret-canary"];
        var texts = new List<string>();
        foreach (var grantType in new[] { "authorization_code", "refresh_token", "other", secrets[4] })
        {
            foreach (var endpoint in new[] { bench.Endpoint.AnswerAsync, bench.Revocation.AnswerAsync, bench.Introspection.AnswerAsync })
            {
                foreach (var client in new[] { TokenBench.Public.Id, "service", "nobody", secrets[4] })
                {
                    var answer = await TokenBench.SendAsync(
                        endpoint,
                        [
                            ("grant_type", grantType), ("code", secrets[0]), ("refresh_token", secrets[1]), ("token", secrets[2]),
                            ("code_verifier", secrets[3]), ("client_secret", secrets[4]), ("client_id", client), ("redirect_uri", secrets[4]),
                            ("scope", secrets[4]), ("resource", secrets[4]), ("client_assertion", client == "nobody" ? secrets[4] : null),
                        ]);
                    if (answer.Status != 200) texts.Add(answer.Body);
                }
            }
        }

        texts.Add(bench.Journal.Text);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, string.Join('\n', texts), StringComparison.Ordinal));
        Assert.All(texts, text => Assert.DoesNotContain(secrets[1][4..20], text, StringComparison.Ordinal));
    }

    private static string Client => Uri.EscapeDataString(TokenBench.Public.Id);

    /// <summary>A good form, with changes to it.</summary>
    private async Task<string> FormAsync(string changes = "")
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = await bench.CodeAsync(),
            ["code_verifier"] = TokenBench.Verifier,
            ["redirect_uri"] = TokenBench.Redirect,
            ["client_id"] = Client,
        };
        foreach (var pair in changes.Split('&', StringSplitOptions.RemoveEmptyEntries))
            form[pair[..pair.IndexOf('=', StringComparison.Ordinal)]] = pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..];
        return string.Join('&', form.Select(pair => $"{pair.Key}={pair.Value}"));
    }

    private async Task<HttpContext> RefusedAsync(string error, int status, string form, Action<HttpContext>? change = null)
    {
        var context = await SendAsync(form, change);
        context.Response.Body.Position = 0;
        using var body = await JsonDocument.ParseAsync(context.Response.Body, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((error, status), (body.RootElement.GetProperty("error").GetString(), context.Response.StatusCode));
        var description = body.RootElement.GetProperty("error_description").GetString()!;
        Assert.DoesNotMatch("[^\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e]", description); // RFC 6749 §5.2
        Assert.Equal("no-store", context.Response.Headers.CacheControl);
        Assert.Equal(error == "temporarily_unavailable" ? "unavailable" : error, attempted[^1]?.Reason);
        return context;
    }

    private async Task<HttpContext> SendAsync(string form, Action<HttpContext>? change = null)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.ContentType = "application/x-www-form-urlencoded";
        context.Request.Body = new MemoryStream(Encoding.ASCII.GetBytes(form));
        context.Response.Body = new KeptStream();
        change?.Invoke(context);
        await OAuthHttp.ServeAsync(context, TokenBench.PeerOf(null), bench.Endpoint.AnswerAsync, attempted.Add);
        return context;
    }

    /// <summary>Keeps its own copy: the adapter overwrites the body of an answer after it was sent.</summary>
    private sealed class KeptStream : MemoryStream;
}
