using System.Net;
using System.Text.Json;
using Gatehouse.Gateway.Tests.SignIn;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Gateway.Tests.Connections;

/// <summary>Links and answers of services in the hands of others connect nothing (OB-05, MCP rows B09 to B12).</summary>
[Trait("Requirement", "OB-05")]
public sealed class ConnectionAttackTests
{
    [Fact]
    public async Task ALinkThatAnotherPersonOpens_ConnectsNothing_AndLeavesAnEntry()
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        var alice = await connecting.SignInAsync("alice");
        var link = await connecting.LinkAsync(alice.AccessToken);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => connecting.ConnectAsync(link, "bob"));
        Assert.Contains("This link is for another person", refused.Message, StringComparison.Ordinal);
        foreach (var secret in new[] { "GitHub", "corp:alice", "<code>repo" })
            Assert.DoesNotContain(secret, refused.Message, StringComparison.Ordinal);
        var entry = Assert.Single(await connecting.EntriesAsync("connection.refused", 1));
        Assert.Equal(("other-person", "corp:bob", "corp:alice"), (Fact(entry, "why"), Fact(entry, "by"), Fact(entry, "subject")));
        Assert.Empty(connecting.Service.Requests);
        await connecting.LinkAsync(alice.AccessToken);
    }

    [Fact]
    public async Task AnAnswerInAnotherBrowser_OrASecondTime_OrOfAChangedLink_ConnectsNothing()
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        var alice = await connecting.SignInAsync("alice");
        var link = await connecting.LinkAsync(alice.AccessToken);
        using var raw = new RawBrowser(connecting.Origin);
        var answer = await raw.AnswerAsync(link, "alice");
        using (var other = new RawBrowser(connecting.Origin)) Assert.Equal(HttpStatusCode.BadRequest, await other.StatusAsync(answer));
        Assert.Equal(HttpStatusCode.BadRequest, await raw.StatusAsync(answer)); // its state is used up
        Assert.Equal(HttpStatusCode.BadRequest, await raw.StatusAsync(link[..^4] + "AAAA"));
        Assert.DoesNotContain("POST /token authorization_code", connecting.Service.Requests);
        await connecting.LinkAsync(alice.AccessToken);
    }

    [Fact]
    public async Task AnAnswerThatComesToTheAddressOfAnotherService_OrNamesAnotherIssuer_ConnectsNothing()
    {
        await using var other = await ThirdPartyService.StartAsync();
        await using var connecting = await ConnectingGateway.StartAsync(null, other.Section("gitlab", "GitLab"));
        var alice = await connecting.SignInAsync("alice");
        var link = await connecting.LinkAsync(alice.AccessToken);
        using var raw = new RawBrowser(connecting.Origin);
        var answer = await raw.AnswerAsync(link, "alice");
        var moved = answer.Replace("/connect/callback/github", "/connect/callback/gitlab", StringComparison.Ordinal);
        Assert.NotEqual(answer, moved);
        Assert.Equal(HttpStatusCode.BadRequest, await raw.StatusAsync(moved));

        connecting.Service.Issuer = other.Origin;
        Assert.Equal(HttpStatusCode.BadRequest, await raw.StatusAsync(await raw.AnswerAsync(link, "alice")));
        Assert.DoesNotContain("POST /token authorization_code", connecting.Service.Requests.Concat(other.Requests));
        await Eventually.TrueAsync(
            () => connecting.Entries("alarm").Count(entry => Fact(entry, "fact.kind") == "issuer-mismatch") == 2, "both alarms are on disk");
        connecting.Service.Issuer = connecting.Service.Origin;
        Assert.Equal(HttpStatusCode.SeeOther, await raw.StatusAsync(await raw.AnswerAsync(link, "alice")));
    }

    [Fact]
    public async Task AServiceOrServerThatGetsTheNameOfAnother_GetsNoTokenOfThePeopleBefore()
    {
        await using var other = await ThirdPartyService.StartAsync();
        await using var connecting = await ConnectingGateway.StartAsync();
        var alice = await connecting.SignInAsync("alice");
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        connecting.Change(settings => settings with { ConnectionProviders = [other.Section()] });
        await connecting.LinkAsync(alice.AccessToken);
        connecting.Change(settings => settings with { ConnectionProviders = [connecting.Service.Section()] });
        await connecting.CallAsync(alice.AccessToken);
        Assert.Equal(["Bearer gho_1"], connecting.Credentials());
        var moved = new UriBuilder(connecting.Gateway.Upstream.Url) { Host = "localhost" }.Uri;
        connecting.Change(settings => settings with
        {
            Servers = [settings.Servers[0] with { Http = settings.Servers[0].Http! with { Url = moved } }],
        });
        await connecting.LinkAsync(alice.AccessToken);
        Assert.Empty(other.Requests);
    }

    private static string? Fact(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>A browser that stops before it comes back from a service.</summary>
    private sealed class RawBrowser(string origin) : IDisposable
    {
        private readonly HttpClient client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
        private readonly Dictionary<string, string> cookies = new(StringComparer.Ordinal);

        /// <summary>Opens a link, agrees, and returns the address to which the service sends the browser.</summary>
        public async Task<string> AnswerAsync(string link, string person)
        {
            var page = await FollowAsync(new Uri(link), person);
            var form = new FormUrlEncodedContent([new("request", Value(page)), new("decision", "continue")]);
            using var request = new HttpRequestMessage(HttpMethod.Post, origin + "/connect") { Content = form };
            request.Headers.Add("Origin", origin);
            using var response = await SendAsync(request);
            var forward = await response.Content.ReadAsStringAsync();
            var start = forward.IndexOf("url=", StringComparison.Ordinal) + 4;
            var service = WebUtility.HtmlDecode(forward[start..forward.IndexOf('"', start)]);
            using var consent = await client.GetAsync(new Uri(service));
            return consent.Headers.Location!.AbsoluteUri;
        }

        public async Task<HttpStatusCode> StatusAsync(string address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = await SendAsync(request);
            return response.StatusCode;
        }

        public void Dispose() => client.Dispose();

        private async Task<string> FollowAsync(Uri address, string person)
        {
            for (var step = 0; step < 10; step++)
            {
                if (address.AbsolutePath == "/authorize") address = new Uri(QueryHelpers.AddQueryString(address.AbsoluteUri, "person", person));
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                using var response = await SendAsync(request);
                if (response.Headers.Location is not { } next) return await response.Content.ReadAsStringAsync();
                address = new Uri(address, next);
            }

            throw new InvalidOperationException("redirects in a circle");
        }

        private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
        {
            if (cookies.Count > 0 && request.RequestUri!.AbsoluteUri.StartsWith(origin, StringComparison.Ordinal))
                request.Headers.Add("Cookie", string.Join("; ", cookies.Select(one => $"{one.Key}={one.Value}")));
            var response = await client.SendAsync(request);
            var lines = response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [];
            foreach (var pair in lines.Select(line => line.Split(';')[0].Split('=', 2))) cookies[pair[0]] = pair[1];
            return response;
        }

        private static string Value(string page)
        {
            var start = page.IndexOf("name=\"request\" value=\"", StringComparison.Ordinal) + "name=\"request\" value=\"".Length;
            return WebUtility.HtmlDecode(page[start..page.IndexOf('"', start)]);
        }
    }
}
