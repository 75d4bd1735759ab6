using System.Text;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.Identity.Redirects;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Clients;

public sealed class RedirectUriTests
{
    [Theory]
    [InlineData("https://app.example/callback")]
    [InlineData("https://app.example")]
    [InlineData("https://app.example:8443/cb?x=1&y=%20")]
    [InlineData("https://xn--bcher-kva.example/cb")]
    [InlineData("https://93.184.216.34/cb")]
    [InlineData("https://[2606:2800:220:1::1]/cb")]
    [InlineData("https://localhost:9/cb")]
    [InlineData("http://127.0.0.1/callback")]
    [InlineData("http://127.0.0.1:33418/")]
    [InlineData("http://[::1]:7777/callback")]
    [InlineData("http://localhost:1/")]
    [InlineData("http://localhost/callback")]
    [InlineData("com.example.app:/oauth2redirect")]
    [InlineData("com.example.app://callback/x?y=z")]
    [InlineData("cursor://anysphere.cursor-mcp/oauth/callback")]
    [InlineData("vscode://vscode.github-authentication/did-authenticate")]
    [Trait("Requirement", "B19")]
    [Trait("Requirement", "G01")]
    [Trait("Requirement", "G02")]
    public void Accepts_Https_HttpOnLoopback_AndPrivateUseSchemes(string text)
    {
        Assert.True(RedirectUri.TryParse(text, out var uri, out var fault), fault.ToString());
        Assert.Equal(text, uri.Text);
    }

    [Theory]
    [InlineData("http://app.example/cb", nameof(RedirectUriFault.PlainHttp))]
    [InlineData("http://127.0.0.2/cb", nameof(RedirectUriFault.PlainHttp))]
    [InlineData("http://127.1/cb", nameof(RedirectUriFault.PlainHttp))]
    [InlineData("http://2130706433/cb", nameof(RedirectUriFault.PlainHttp))]
    [InlineData("http://0.0.0.0/cb", nameof(RedirectUriFault.PlainHttp))]
    [InlineData("http://LOCALHOST/cb", nameof(RedirectUriFault.PlainHttp))]
    [InlineData("http://localhost./cb", nameof(RedirectUriFault.PlainHttp))]
    [InlineData("http://localhost.evil.example/cb", nameof(RedirectUriFault.PlainHttp))]
    [InlineData("http://127.0.0.1.evil.example/cb", nameof(RedirectUriFault.PlainHttp))]
    [InlineData("http://[::ffff:127.0.0.1]/cb", nameof(RedirectUriFault.PlainHttp))]
    [InlineData("http://10.0.0.1/cb", nameof(RedirectUriFault.PlainHttp))]
    [InlineData("javascript:alert(1)", nameof(RedirectUriFault.Scheme))]
    [InlineData("javascript://app.example/%0aalert(1)", nameof(RedirectUriFault.Scheme))]
    [InlineData("JavaScript:/x", nameof(RedirectUriFault.Scheme))]
    [InlineData("data:text/html,x", nameof(RedirectUriFault.Scheme))]
    [InlineData("file:///etc/passwd", nameof(RedirectUriFault.Scheme))]
    [InlineData("vbscript:/x", nameof(RedirectUriFault.Scheme))]
    [InlineData("blob:https://app.example/x", nameof(RedirectUriFault.Scheme))]
    [InlineData("about:blank", nameof(RedirectUriFault.Scheme))]
    [InlineData("view-source:https://app.example/", nameof(RedirectUriFault.Scheme))]
    [InlineData("ftp://app.example/x", nameof(RedirectUriFault.Scheme))]
    [InlineData("ws://app.example/x", nameof(RedirectUriFault.Scheme))]
    [InlineData("intent://x", nameof(RedirectUriFault.Scheme))]
    [InlineData("ms-msdt:/id", nameof(RedirectUriFault.Scheme))]
    [InlineData("myapp://callback", nameof(RedirectUriFault.Scheme))]
    [InlineData("com.example.app:callback", nameof(RedirectUriFault.Scheme))]
    [InlineData("com..app:/x", nameof(RedirectUriFault.Scheme))]
    [InlineData("javascript.:/x", nameof(RedirectUriFault.Scheme))]
    [InlineData("/callback", nameof(RedirectUriFault.Scheme))]
    [InlineData("//app.example/callback", nameof(RedirectUriFault.Scheme))]
    [InlineData(":", nameof(RedirectUriFault.Scheme))]
    [InlineData("HTTPS://app.example/cb", nameof(RedirectUriFault.Scheme))]
    [InlineData("https:app.example/cb", nameof(RedirectUriFault.Host))]
    [InlineData("https:/app.example/cb", nameof(RedirectUriFault.Host))]
    [InlineData("https:///app.example/cb", nameof(RedirectUriFault.Host))]
    [InlineData("https://", nameof(RedirectUriFault.Host))]
    [InlineData("https://.example/cb", nameof(RedirectUriFault.Host))]
    [InlineData("https://app.example./cb", nameof(RedirectUriFault.Host))]
    [InlineData("https://-app.example/cb", nameof(RedirectUriFault.Host))]
    [InlineData("https://app%2eexample/cb", nameof(RedirectUriFault.Host))]
    [InlineData("https://0x7f.1/cb", nameof(RedirectUriFault.Host))]
    [InlineData("https://0177.0.0.1/cb", nameof(RedirectUriFault.Host))]
    [InlineData("https://2130706433/cb", nameof(RedirectUriFault.Host))]
    [InlineData("https://[::1%25lo]/cb", nameof(RedirectUriFault.Host))]
    [InlineData("https://[0:0:0:0:0:0:0:1]/cb", nameof(RedirectUriFault.Host))]
    [InlineData("https://::1/cb", nameof(RedirectUriFault.Host))]
    [InlineData("https://app.example:/cb", nameof(RedirectUriFault.Port))]
    [InlineData("https://app.example:0/cb", nameof(RedirectUriFault.Port))]
    [InlineData("https://app.example:65536/cb", nameof(RedirectUriFault.Port))]
    [InlineData("https://app.example:080/cb", nameof(RedirectUriFault.Port))]
    [InlineData("https://app.example:+1/cb", nameof(RedirectUriFault.Port))]
    [InlineData("https://user@app.example/cb", nameof(RedirectUriFault.UserInfo))]
    [InlineData("https://app.example:pw@evil.example/cb", nameof(RedirectUriFault.UserInfo))]
    [InlineData("http://127.0.0.1:1@evil.example/cb", nameof(RedirectUriFault.UserInfo))]
    [InlineData("com.example.app://user@host/x", nameof(RedirectUriFault.UserInfo))]
    [InlineData("https://app.example/cb#x", nameof(RedirectUriFault.Fragment))]
    [InlineData("https://app.example/cb#", nameof(RedirectUriFault.Fragment))]
    [InlineData("https://*.example/cb", nameof(RedirectUriFault.Wildcard))]
    [InlineData("https://app.example/*", nameof(RedirectUriFault.Wildcard))]
    [InlineData("http://localhost:*/cb", nameof(RedirectUriFault.Wildcard))]
    [InlineData("https://app.example\\@evil.example/cb", nameof(RedirectUriFault.Characters))]
    [InlineData("https://app.example/ cb", nameof(RedirectUriFault.Characters))]
    [InlineData(" https://app.example/cb", nameof(RedirectUriFault.Characters))]
    [InlineData("https://app.example/cb\r\nSet-Cookie: a=b", nameof(RedirectUriFault.Characters))]
    [InlineData("https://app.ex\tample/cb", nameof(RedirectUriFault.Characters))]
    [InlineData("https://bücher.example/cb", nameof(RedirectUriFault.Characters))]
    [InlineData("https://аpp.example/cb", nameof(RedirectUriFault.Characters))]
    [InlineData("https://app.example/\"><script>", nameof(RedirectUriFault.Characters))]
    [InlineData("https://app.example/%", nameof(RedirectUriFault.Characters))]
    [InlineData("https://app.example/%zz", nameof(RedirectUriFault.Characters))]
    [InlineData("https://app.example/[x]", nameof(RedirectUriFault.Characters))]
    [InlineData("", nameof(RedirectUriFault.Length))]
    [InlineData(null, nameof(RedirectUriFault.Length))]
    [Trait("Requirement", "B19")]
    [Trait("Requirement", "G01")]
    [Trait("Requirement", "G02")]
    public void Refuses_EverythingElse(string? text, string expected)
    {
        Assert.False(RedirectUri.TryParse(text, out var uri, out var fault));
        Assert.Null(uri);
        Assert.Equal(expected, fault.ToString());
        Assert.NotEmpty(RedirectUri.Describe(fault));
    }

    [Theory]
    [InlineData("https://app.example/cb", "https://app.example/cb", true)]
    [InlineData("https://app.example/cb", "https://app.example/cb/", false)]
    [InlineData("https://app.example/cb", "https://app.example/CB", false)]
    [InlineData("https://app.example/cb", "https://APP.example/cb", false)]
    [InlineData("https://app.example/cb", "https://app.example/cb?x=1", false)]
    [InlineData("https://app.example/cb", "https://app.example/cb/more", false)]
    [InlineData("https://app.example/cb", "https://app.example/x/../cb", false)]
    [InlineData("https://app.example/cb", "https://app.example/c%62", false)]
    [InlineData("https://app.example/cb", "https://app.example:443/cb", false)]
    [InlineData("https://app.example/cb", "https://user@app.example/cb", false)]
    [InlineData("https://app.example/cb", "https://app.example.evil.example/cb", false)]
    [InlineData("https://app.example/cb", "http://app.example/cb", false)]
    [InlineData("https://app.example:1/cb", "https://app.example:2/cb", false)]
    [InlineData("https://localhost:1/cb", "https://localhost:2/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:55611/cb", true)]
    [InlineData("http://127.0.0.1:1/cb", "http://127.0.0.1:2/cb", true)]
    [InlineData("http://127.0.0.1:1/cb", "http://127.0.0.1/cb", true)]
    [InlineData("http://[::1]/cb", "http://[::1]:7/cb", true)]
    [InlineData("http://localhost/cb", "http://localhost:8080/cb", true)]
    [InlineData("http://localhost/cb", "http://127.0.0.1:8080/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://[::1]/cb", false)]
    [InlineData("http://127.0.0.1/cb", "https://127.0.0.1/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:1/CB", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:1/cb?x", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:1/cb/", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:99999/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:1@evil.example/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:1.evil.example/cb", false)]
    [InlineData("com.example.app:/cb", "com.example.app:/cb", true)]
    [InlineData("com.example.app:/cb", "com.example.app:/cb2", false)]
    [InlineData("com.example.app:/cb", "com.example.apq:/cb", false)]
    [Trait("Requirement", "C07")]
    [Trait("Requirement", "C12")]
    public void Request_MatchesARegistration_ByStringExceptForTheLoopbackPort(string registered, string requested, bool matches)
    {
        var client = Client(registered);
        Assert.Equal(matches ? requested : null, RedirectUris.Find(client, requested)?.Text);
    }

    [Fact]
    [Trait("Requirement", "C12")]
    public void RegisteredTextThatIsNotAcceptable_NeverMatches()
    {
        Assert.Null(RedirectUris.Find(Client("javascript:alert(1)"), "javascript:alert(1)"));
        Assert.Null(RedirectUris.Find(Client("http://app.example/cb"), "http://app.example/cb"));
        Assert.Null(RedirectUris.Find(Client("https://app.example/cb"), null));
    }

    [Theory]
    [InlineData("https://app.example/cb", "app.example", false)]
    [InlineData("https://app.example:8443/cb?q", "app.example", false)]
    [InlineData("http://127.0.0.1:5/cb", "127.0.0.1", true)]
    [InlineData("http://[::1]:5/cb", "[::1]", true)]
    [InlineData("https://localhost/cb", "localhost", true)]
    [InlineData("https://x.localhost/cb", "x.localhost", true)]
    [InlineData("https://127.0.0.9/cb", "127.0.0.9", true)]
    [InlineData("cursor://anysphere/cb", "cursor:", false)]
    [Trait("Requirement", "C16")]
    public void Place_NamesTheDestination(string text, string place, bool isLoopback)
    {
        Assert.True(RedirectUri.TryParse(text, out var uri, out _));
        Assert.Equal((place, isLoopback), (uri.Place, uri.IsLoopback));
    }

    [Fact]
    [Trait("Requirement", "G01")]
    public void AcceptedText_IsReadAlikeByTheRuntime_WhateverMutation()
    {
        var dice = new Dice(20260101);
        string[] seeds =
            ["https://app.example:8443/cb?x=1", "http://127.0.0.1:80/cb", "http://[::1]:8/x", "com.example.app:/cb", "https://93.184.216.34/"];
        const string Letters = "abcAZ019:/?#[]@!$&'()*+,;=%-._~\\ \t\r\n\"<>{}|^`éа\0";
        for (var round = 0; round < 200_000; round++)
        {
            var text = new StringBuilder(dice.Pick(seeds));
            for (var change = dice.Next(4); change >= 0; change--)
            {
                var at = dice.Next(text.Length);
                if (dice.OneIn(3)) text.Remove(at, 1);
                else if (dice.OneIn(2)) text.Insert(at, Letters[dice.Next(Letters.Length)]);
                else text[at] = Letters[dice.Next(Letters.Length)];
            }

            if (!RedirectUri.TryParse(text.ToString(), out var uri, out _) || uri.IsPrivateUse)
                continue;
            var read = new Uri(uri.Text);
            Assert.Equal((uri.Scheme, uri.Host.ToLowerInvariant(), ""), (read.Scheme, read.Host.ToLowerInvariant(), read.UserInfo));
            Assert.Equal(uri.Port ?? (uri.Scheme == "https" ? 443 : 80), read.Port);
        }
    }

    private static OAuthClient Client(params string[] redirectUris) => new()
    {
        Id = "one",
        Name = "One",
        Origin = ClientOrigin.Configured,
        RedirectUris = [.. redirectUris],
    };
}
