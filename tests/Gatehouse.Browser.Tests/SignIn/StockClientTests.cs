using System.Text.Json;
using Gatehouse.Audit.Verification;
using Gatehouse.Testing;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Browser.Tests.SignIn;

/// <summary>
/// Clients as they are published sign in through the gateway with nothing but the address of a server, at a provider that could not have admitted
/// them: challenge, metadata, registration, consent in a browser, login at the provider, confirmation, code, token, and a call.
/// </summary>
[Trait("Requirement", "OB-01")]
[Trait("Requirement", "ID-04")]
public sealed class StockClientTests(Chromium chromium, SignInSite site) : IClassFixture<SignInSite>, IDisposable
{
    // Where clients keep what they obtain.
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("gatehouse-client-");

    [Theory]
    [InlineData("ts-v1-sign-in.mjs", "Peer of SDK v1", "2025-11-25", "anna")]
    [InlineData("ts-v2-sign-in.mjs", "Peer of SDK v2", "2026-07-28", "berta")]
    public async Task TypeScriptClient_SignsInFromTheUrlAlone(string client, string name, string revision, string account)
    {
        Peers.Require();
        await using var window = await chromium.OpenAsync();
        await using var process = new StockClient(Peers.Script("clients/" + client, "--url", site.Url, "--tool", "echo", "--timeout", "120000"));
        var person = await SignInAsync(window, process, account);
        Assert.True(await process.EndAsync() == 0, process.Everything);
        using var line = JsonDocument.Parse(process.Output);
        var oauth = line.RootElement.GetProperty("oauth");
        Assert.Equal(revision, line.RootElement.GetProperty("protocolVersion").GetString());
        Assert.Equal(site.Gateway.Url, oauth.GetProperty("authorizationServer").GetString()!.TrimEnd('/'));
        Assert.Equal(("gha_", "mcp:tools", true),
            (oauth.GetProperty("tokenKind").GetString(), oauth.GetProperty("scope").GetString(), oauth.GetProperty("hasRefreshToken").GetBoolean()));
        await RequireSignedInAsync(person, name, account);
    }

    [Fact]
    public async Task CSharpClient_SignsInFromTheUrlAlone()
    {
        Peers.Require();
        await using var window = await chromium.OpenAsync();
        await using var returns = await ReturnListener.StartAsync();
        var person = new Person(window, "clara");
        await using var client = await McpClient.CreateAsync(Transport(returns, person.SignInAsync));
        Assert.Equal("2026-07-28", client.NegotiatedProtocolVersion);
        var answer = await client.CallToolAsync("echo", new Dictionary<string, object?>());
        Assert.Equal("done", Assert.IsType<TextContentBlock>(answer.Content[0]).Text);
        await RequireSignedInAsync(person, "Peer in C#", "clara");
    }

    [Fact]
    [Trait("Requirement", "ID-07")]
    public async Task APersonWhoWithdraws_IsAskedAgain_WhenTheClientReturns()
    {
        Peers.Require();
        await using var window = await chromium.OpenAsync();
        await using var returns = await ReturnListener.StartAsync();
        var person = new Person(window, "hanna");
        var asked = 0;
        await using var client = await McpClient.CreateAsync(Transport(returns, address => asked++ == 0
            ? person.SignInAsync(address) : throw new InvalidOperationException("asked again")));
        await client.CallToolAsync("echo", new Dictionary<string, object?>());
        var page = await window.Page.Context.NewPageAsync(); // the first one may still be on its way to the client
        await page.GotoAsync(site.Gateway.Url + "/oauth/grants");
        var grants = page.Locator("button[name=grant]");
        Assert.Equal(1, await grants.CountAsync());
        var text = await page.Locator("main").InnerTextAsync();
        Assert.True(text.Contains("Peer in C#", StringComparison.Ordinal), text);
        await grants.ClickAsync();
        await page.Locator("p.done").WaitForAsync();
        Assert.Equal(0, await grants.CountAsync());
        await Assert.ThrowsAnyAsync<Exception>(async () => await client.CallToolAsync("echo", new Dictionary<string, object?>()));
        Assert.Equal(2, asked);
    }

    // It tries the helpers of a desktop to open a browser, and writes the address for those who have none.
    [Fact]
    public async Task McpRemote_SignsInFromTheUrlAlone()
    {
        Peers.Require();
        await using var window = await chromium.OpenAsync();
        await using var process = new StockClient(WithoutDesktop(
            Peers.Script("node_modules/mcp-remote/dist/proxy.js", site.Url, "--auth-timeout", "120", "--transport", "http-only")));
        await process.SendAsync("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"desk","version":"1"}}}""");
        var person = await SignInAsync(window, process, "dora");
        await process.LineAsync("\"serverInfo\"");
        await process.SendAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        await process.SendAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{}}}""");
        Assert.Contains("done", await process.LineAsync("\"id\":2"), StringComparison.Ordinal);
        await RequireSignedInAsync(person, "MCP CLI Proxy", "dora");
    }

    [Fact]
    public async Task InspectorsCommandLine_SignsInFromTheUrlAlone()
    {
        Peers.Require();
        await using var window = await chromium.OpenAsync();
        await using var process = new StockClient(WithoutDesktop(Peers.Script(
            "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js", "--cli", site.Url, "--transport", "http",
            "--method", "tools/call", "--tool-name", "echo", "--format", "json", "--callback-url", $"http://127.0.0.1:{LoopbackPorts.Next()}/oauth/callback")
            .With("MCP_AUTO_OPEN_ENABLED", "true")));
        var person = await SignInAsync(window, process, "ella");
        Assert.True(await process.EndAsync() == 0, process.Everything);
        Assert.Contains("done", process.Output, StringComparison.Ordinal);
        await RequireSignedInAsync(person, "MCP Inspector", "ella");
    }

    public void Dispose() => home.Delete(recursive: true);

    private HttpClientTransport Transport(ReturnListener returns, Func<string, Task> openBrowser) => new(new HttpClientTransportOptions
    {
        Endpoint = new Uri(site.Url),
        TransportMode = HttpTransportMode.StreamableHttp,
        OAuth = new ClientOAuthOptions
        {
            RedirectUri = returns.Address,
            DynamicClientRegistration = new DynamicClientRegistrationOptions { ClientName = "Peer in C#" },
            AuthorizationCallbackHandler = async (context, _) =>
            {
                await openBrowser(context.AuthorizationUri.AbsoluteUri);
                var answer = await returns.Answer;
                return new AuthorizationResult { Code = answer["code"], State = answer["state"], Iss = answer["iss"] };
            },
        },
    });

    // On a machine with a desktop, these clients would open a window of the person who runs the tests.
    private ProcessPlan WithoutDesktop(ProcessPlan plan) => plan.With("HOME", home.FullName).With("BROWSER", "/bin/true")
        .With("DISPLAY", "").With("WAYLAND_DISPLAY", "").With("XDG_CURRENT_DESKTOP", "");

    private static async Task<Person> SignInAsync(Window window, StockClient process, string account)
    {
        var person = new Person(window, account);
        await person.SignInAsync(await process.AddressAsync());
        return person;
    }

    /// <summary>What the person was shown, what the server saw, and what the record says.</summary>
    private async Task RequireSignedInAsync(Person person, string name, string account)
    {
        Assert.Contains($"“{name}”", person.Consent, StringComparison.Ordinal);
        Assert.Contains("mcp:tools", person.Consent, StringComparison.Ordinal);
        Assert.Contains(account, person.Confirmation, StringComparison.Ordinal);
        Assert.Contains($"“{name}”", person.Confirmation, StringComparison.Ordinal);
        var call = site.Server.Of("tools/call")[^1];
        Assert.DoesNotContain(call.Headers, header => header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(site.Server.Received, request => request.Text.Contains("gha_", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => AuditLogReader.Read(site.Gateway.AuditFolder).Any(entry => IsCallOf(entry, "corp:" + account)), "the record of the call");
    }

    private static bool IsCallOf(JsonElement entry, string subject) => entry.GetProperty("kind").GetString() == "ended"
        && entry.TryGetProperty("method", out var method) && method.GetString() == "tools/call"
        && entry.TryGetProperty("sub", out var person) && person.GetString() == subject;
}
