using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Playwright;

namespace Gatehouse.Samples.Tests.Remote;

/// <summary>A person at a browser who signs in because an MCP client asked for it.</summary>
internal sealed class RemotePerson(IPage page, string account = "#alice", bool isNew = true)
{
    /// <summary>The redirect URI of a client at a port of its own choice, at which nothing listens.</summary>
    public string RedirectUri { get; } = $"http://127.0.0.1:{LoopbackPorts.Next()}/callback";

    /// <summary>Opens the client's address, signs in at Entra, consents the first time, and returns what the browser brings to the client.</summary>
    public async Task<Dictionary<string, StringValues>> SignInAsync(string address, string? redirectUri = null)
    {
        var arrival = page.WaitForRequestAsync(request => request.Url.StartsWith((redirectUri ?? RedirectUri) + "?", StringComparison.Ordinal));
        await page.GotoAsync(address);
        await page.Locator(account).ClickAsync();
        if (isNew) await page.Locator("#accept").ClickAsync();
        return QueryHelpers.ParseQuery(new Uri((await arrival).Url).Query);
    }

    /// <summary>Does the part of a client by hand, and returns what the token endpoint gave.</summary>
    public async Task<JsonElement> SignInAsync(RemoteServer server)
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var answer = await SignInAsync(AuthorizationRequest(server, verifier));
        Assert.Equal(("state-of-the-client", server.Origin + "/"), (answer["state"].ToString(), answer["iss"].ToString()));
        return await server.TokenAsync(("grant_type", "authorization_code"), ("code", answer["code"].ToString()), ("code_verifier", verifier),
            ("redirect_uri", RedirectUri), ("resource", server.Url));
    }

    /// <summary>The address that a client opens.</summary>
    public string AuthorizationRequest(RemoteServer server, string verifier, params (string Name, string? Value)[] changes)
    {
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = "mcp-client",
            ["redirect_uri"] = RedirectUri,
            ["scope"] = "mcp.call offline_access",
            ["state"] = "state-of-the-client",
            ["resource"] = server.Url,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes) query[name] = value;
        return QueryHelpers.AddQueryString(server.Origin + "/oauth/authorize", query.Where(static pair => pair.Value is not null));
    }
}
